// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>

/// Countries' codes of three letters (ISO 3166-1 alpha-3), for carriers that speak those.
namespace tandem {

namespace detail {

/// Both codes of each country that `countries` lists, a space behind each pair.
inline constexpr std::string_view country_codes =
    // clang-format off
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB "
    "BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BWBWA BYBLR "
    "BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW "
    "CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN "
    "FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP "
    "GQGNQ GRGRC GTGTM GUGUM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT "
    "IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT "
    "KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE "
    "MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX "
    "MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER "
    "PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP "
    "SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV "
    "TWTWN TZTZA UAUKR UGUGA USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM "
    "YTMYT ZAZAF ZMZMB ZWZWE ";
// clang-format on

}  // namespace detail

/// `GBR` for `GB`; empty for what is no country's code. Both live as long as the program.
constexpr std::string_view alpha3_of(std::string_view alpha2) {
    for (std::size_t at = 0; at < detail::country_codes.size(); at += 6) {
        if (detail::country_codes.substr(at, 2) == alpha2) { return detail::country_codes.substr(at + 2, 3); }
    }
    return {};
}
/// `GB` for `GBR`.
constexpr std::string_view alpha2_of(std::string_view alpha3) {
    const char first = alpha3.empty() ? '\0' : alpha3.front();
    for (const bool alike :
         {true, false}) {  // nearly all pairs begin with one letter: those alone are compared at first
        for (std::size_t at = 0; at < detail::country_codes.size(); at += 6) {
            if ((detail::country_codes[at] == first) != alike) { continue; }
            if (detail::country_codes.substr(at + 2, 3) == alpha3) { return detail::country_codes.substr(at, 2); }
        }
    }
    return {};
}

}  // namespace tandem
