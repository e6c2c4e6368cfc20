// SPDX-License-Identifier: BSL-1.0
// Usage: node twilio_sdk.mjs NODE_FOLDER CONFIG - Twilio's own client prices and buys numbers at our sandbox and gives them
// back. CONFIG is the line that `numbers sandbox` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, config] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const twilio = require("twilio");
const settings = JSON.parse(config)["number_manager.twilio"].default;

/** Sends what is meant for Twilio's hosts to our sandbox. */
class Redirected extends twilio.RequestClient {
  request(options) {
    const url = new URL(options.uri);
    const base = { "api.twilio.com": settings.base_url, "pricing.twilio.com": settings.pricing_url }[url.hostname];
    assert.ok(base, `${url.hostname} is none of the hosts that numbers are bought at`);
    return super.request({ ...options, uri: base + url.pathname + url.search });
  }
}
const client_of = (token) => twilio(settings.account_sid, token, { httpClient: new Redirected() });
const client = client_of(settings.auth_token);
const ledger = async () => (await fetch(new URL("/_sandbox/ledger", settings.base_url))).json();

const country = await client.availablePhoneNumbers("US").fetch();
assert.deepEqual(Object.keys(country.subresourceUris).sort(), ["local", "toll_free"]);

// Twilio's client takes a limit for the size of a page, and follows the links behind it.
const paged = await client.availablePhoneNumbers("US").local.list({ areaCode: 628, pageSize: 12 });
assert.equal(paged.length, 30);
assert.equal(new Set(paged.map((each) => each.phoneNumber)).size, 30);

const found = await client.availablePhoneNumbers("US").local.list({ contains: "+1628", smsEnabled: true, limit: 3 });
assert.equal(found.length, 3);
const number = found[0].phoneNumber;
assert.match(number, /^\+1628/);
assert.equal(found[0].isoCountry, "US");
assert.equal(found[0].capabilities.sms, true);
assert.equal((await client.availablePhoneNumbers("US").tollFree.list({ limit: 2 })).length, 2);

const prices = await client.pricing.v1.phoneNumbers.countries("US").fetch();
assert.equal(prices.priceUnit, "USD");
assert.deepEqual(
  prices.phoneNumberPrices.map((each) => each.numberType).sort(),
  ["local", "toll free"],
);

const bought = await client.incomingPhoneNumbers.create({ phoneNumber: number, friendlyName: "our-1" });
assert.match(bought.sid, /^PN[0-9a-f]{32}$/);
assert.equal(bought.phoneNumber, number);
assert.equal(bought.friendlyName, "our-1");
assert.ok(bought.dateCreated instanceof Date);

const changed = await client.incomingPhoneNumbers(bought.sid).update({ voiceUrl: "https://example.com/voice" });
assert.equal(changed.voiceUrl, "https://example.com/voice");
const listed = await client.incomingPhoneNumbers.list({ phoneNumber: number, friendlyName: "our-1" });
assert.deepEqual(
  listed.map((each) => each.sid),
  [bought.sid],
);
assert.deepEqual(await client.incomingPhoneNumbers.list({ friendlyName: "another" }), []);
assert.deepEqual((await ledger()).owned, [number]);

const elsewhere = { phoneNumber: "+16285559999" };
await assert.rejects(client.incomingPhoneNumbers.create(elsewhere), { status: 400, code: 21422 });
await assert.rejects(client_of("another").incomingPhoneNumbers.list(), { status: 401, code: 20003 });

assert.equal(await client.incomingPhoneNumbers(bought.sid).remove(), true);
await assert.rejects(client.incomingPhoneNumbers(bought.sid).remove(), { status: 404, code: 20404 });

const { owned, purchases, events } = await ledger();
assert.deepEqual(owned, []);
assert.deepEqual(purchases, { [number]: 1 });
assert.deepEqual(
  events.map(({ event }) => event),
  ["ordered", "sold", "changed", "refused", "released"],
);
