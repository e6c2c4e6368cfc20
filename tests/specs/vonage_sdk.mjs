// SPDX-License-Identifier: BSL-1.0
// Usage: node vonage_sdk.mjs NODE_FOLDER CONFIG - Vonage's own client buys a number at our sandbox and gives it back.
// CONFIG is the line that `numbers sandbox` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, config] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { Auth } = require("@vonage/auth");
const { Numbers, Feature, SearchPattern } = require("@vonage/numbers");
const {
  api_key: apiKey,
  api_secret: apiSecret,
  base_url: restHost,
} = JSON.parse(config)["number_manager.vonage"].default;
const connect = (secret) => new Numbers(new Auth({ apiKey, apiSecret: secret }), { restHost });
const client = connect(apiSecret);
const ledger = async () => (await fetch(new URL("/_sandbox/ledger", restHost))).json();
const fails = (promise, status) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.response.status, status);
    return true;
  });

const wanted = { country: "US", pattern: "1631", searchPattern: SearchPattern.START_WITH };
const features = [Feature.VOICE, Feature.MMS, Feature.SMS];
const found = await client.getAvailableNumbers({ ...wanted, features, size: 3 });
assert.equal(found.numbers.length, 3);
assert.ok(found.count > 3);
const { msisdn, country, cost } = found.numbers[0];
assert.match(msisdn, /^1631555/);
assert.equal(cost, "0.90");
assert.ok(found.numbers[0].features.includes("MMS"));
const second = await client.getAvailableNumbers({ ...wanted, size: 20, index: 2 });
assert.equal(second.numbers.length, 10);
const tollFree = await client.getAvailableNumbers({ country: "US", type: "landline-toll-free", size: 100 });
assert.ok(tollFree.numbers.every((each) => each.msisdn.startsWith("1833")));
assert.equal((await client.getAvailableNumbers({ country: "GB" })).numbers[0].type, "mobile-lvn");
assert.deepEqual(await client.getAvailableNumbers({ ...wanted, pattern: "1212" }), {});
await fails(client.getAvailableNumbers({ ...wanted, size: 101 }), 400);

const bought = await client.buyNumber({ country, msisdn });
assert.deepEqual(bought, { errorCode: "200", errorCodeLabel: "success" });
await fails(client.buyNumber({ country, msisdn }), 420);

const ours = await client.getOwnedNumbers({ pattern: msisdn, searchPattern: SearchPattern.START_WITH });
assert.equal(ours.count, 1);
assert.equal(ours.numbers[0].msisdn, msisdn);
assert.equal((await client.updateNumber({ country, msisdn, applicationId: "app-1" })).errorCode, "200");
assert.equal((await client.getOwnedNumbers({ applicationId: "app-1" })).numbers[0].app_id, "app-1");
assert.deepEqual((await ledger()).owned, [`+${msisdn}`]);

assert.equal((await client.cancelNumber({ country, msisdn })).errorCode, "200");
await fails(client.cancelNumber({ country, msisdn }), 420);
assert.deepEqual(await client.getOwnedNumbers(), {});
await fails(connect("another").getOwnedNumbers(), 401);

const { owned, purchases, events } = await ledger();
assert.deepEqual(owned, []);
assert.deepEqual(purchases, { [`+${msisdn}`]: 1 });
assert.deepEqual(
  events.map(({ event }) => event),
  ["ordered", "sold", "refused", "released"],
);
