// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tandem::integration {

/// A child process whose output we read. Killed when it is dropped.
class Process {
public:
    /// Variables are `NAME=value`; the rest of the environment is ours.
    explicit Process(const std::vector<std::string>& command, const std::vector<std::string>& variables = {})
        : out_(make_pipe()), err_(make_pipe()) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, out_[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, err_[1], STDERR_FILENO);
        std::vector<char*> arguments = pointers(command);
        std::vector<char*> environment = pointers(variables);
        environment.pop_back();
        for (char** each = environ; *each != nullptr; ++each) { environment.push_back(*each); }
        environment.push_back(nullptr);
        const int failed = ::posix_spawn(&id_, arguments[0], &actions, nullptr, arguments.data(), environment.data());
        posix_spawn_file_actions_destroy(&actions);
        close(out_[1]), close(err_[1]);
        if (failed != 0) { throw std::system_error(failed, std::generic_category(), command.front()); }
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (!ended_) {
            signal(SIGKILL);
            wait(0);
        }
        close(out_[0]), close(err_[0]);
    }

    void signal(int number) const { ::kill(id_, number); }

    /// Reads until `enough(out, err)` says so, the output ends or the time is over; false then.
    template <class Enough>
    bool read_until(Enough enough, std::chrono::milliseconds limit) {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (!enough(out, err)) {
            std::array<pollfd, 2> watched{pollfd{out_[0], POLLIN, 0}, pollfd{err_[0], POLLIN, 0}};
            for (std::size_t i = 0; i < 2; ++i) {
                if (closed_[i]) { watched[i].fd = -1; }
            }
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            if ((closed_[0] && closed_[1]) || left.count() <= 0) { return false; }
            if (::poll(watched.data(), 2, static_cast<int>(left.count())) < 0 && errno != EINTR) { return false; }
            for (std::size_t i = 0; i < 2; ++i) {
                if (watched[i].revents == 0) { continue; }
                std::array<char, 65'536> bytes;
                const auto got = ::read(watched[i].fd, bytes.data(), bytes.size());
                if (got <= 0) { closed_[i] = true; }
                if (got > 0) { (i == 0 ? out : err).append(bytes.data(), static_cast<std::size_t>(got)); }
            }
        }
        return true;
    }

    /// Reads everything and waits for the end; kills it after `limit`.
    void finish(std::chrono::milliseconds limit) {
        const auto never = [](const std::string&, const std::string&) { return false; };
        read_until(never, limit);
        if (!closed_[0] || !closed_[1]) {
            signal(SIGKILL);
            err += "\n[killed by the test: it did not end]";
        }
        wait(0);
    }

    bool ended() {
        if (!ended_) { wait(WNOHANG); }
        return ended_;
    }
    int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_); }

    std::string out;
    std::string err;

private:
    static std::array<int, 2> make_pipe() {
        std::array<int, 2> ends;
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) { throw std::system_error(errno, std::generic_category(), "pipe"); }
        return ends;
    }
    static std::vector<char*> pointers(const std::vector<std::string>& texts) {
        std::vector<char*> out;
        for (const std::string& text : texts) { out.push_back(const_cast<char*>(text.c_str())); }
        out.push_back(nullptr);
        return out;
    }
    void wait(int options) { ended_ = ::waitpid(id_, &status_, options) == id_ || ended_; }

    std::array<int, 2> out_;
    std::array<int, 2> err_;
    std::array<bool, 2> closed_{};
    pid_t id_ = -1;
    int status_ = 0;
    bool ended_ = false;
};

}  // namespace tandem::integration
