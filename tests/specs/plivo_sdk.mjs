// SPDX-License-Identifier: BSL-1.0
// Usage: node plivo_sdk.mjs NODE_FOLDER CONFIG - Plivo's own client buys a number at our sandbox and gives it back.
// CONFIG is the line that `numbers sandbox` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, config] = process.argv.slice(2);
const plivo = createRequire(join(folder, "package.json"))("plivo");
const { auth_id: authId, auth_token: authToken, base_url: base } = JSON.parse(config)["number_manager.plivo"].default;
const connect = (token) => new plivo.Client(authId, token, { url: `${base}/Account/${authId}` });
const client = connect(authToken);
const ledger = async () => (await fetch(new URL("/_sandbox/ledger", base))).json();
const fails = (promise, status) => assert.rejects(promise, { status });

const found = await client.numbers.search("US", { pattern: "609", services: "voice,sms,mms", limit: 3 });
assert.equal(found.length, 3);
assert.ok(found.meta.totalCount > 3);
const { number, setupRate, monthlyRentalRate, mmsEnabled, restriction } = found[0];
assert.match(number, /^1609555/);
assert.deepEqual([setupRate, monthlyRentalRate, mmsEnabled, restriction], ["0.00000", "0.80000", true, null]);
const next = await client.numbers.search("US", { npanxx: "609555", limit: 20, offset: 20 });
assert.equal(next.length, 10);
const tollFree = await client.numbers.search("US", { type: "tollfree" });
assert.ok(tollFree.length > 0 && tollFree.every((each) => each.number.startsWith("1877")));
assert.match((await client.numbers.search("GB", { pattern: "116" }))[0].number, /^44116/);
await fails(client.numbers.search("US", { limit: 21 }), 400);

const bought = await client.numbers.buy(number, "29986316244302815");
assert.deepEqual(bought.numbers, [{ number, status: "Success" }]);
assert.equal(bought.status, "fulfilled");
await fails(client.numbers.buy(number), 404);

const ours = await client.numbers.list({ numberStartswith: number });
assert.equal(ours.length, 1);
assert.equal(ours[0].number, number);
assert.equal((await client.numbers.update(number, { alias: "our-1" })).message, "changed");
const shown = await client.numbers.get(number);
assert.equal(shown.alias, "our-1");
assert.match(shown.application, /29986316244302815/);
assert.equal((await client.numbers.list({ alias: "our-1" })).length, 1);
assert.deepEqual((await ledger()).owned, [`+${number}`]);

assert.ok(await client.numbers.unrent(number));
await fails(client.numbers.unrent(number), 404);
await fails(client.numbers.get(number), 404);
await fails(connect("another").numbers.list(), 401);

const { owned, purchases, events } = await ledger();
assert.deepEqual(owned, []);
assert.deepEqual(purchases, { [`+${number}`]: 1 });
assert.deepEqual(
  events.map(({ event }) => event),
  ["ordered", "sold", "refused", "released"],
);
