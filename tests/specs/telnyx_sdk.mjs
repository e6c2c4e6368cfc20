// SPDX-License-Identifier: BSL-1.0
// Usage: node telnyx_sdk.mjs NODE_FOLDER CONFIG - Telnyx's own client buys a number at our sandbox and gives it back.
// CONFIG is the line that `numbers sandbox` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, config] = process.argv.slice(2);
const { default: Telnyx } = createRequire(join(folder, "package.json"))("telnyx");
const { api_key: apiKey, base_url: baseURL } = JSON.parse(config)["number_manager.telnyx"].default;
const client = new Telnyx({ apiKey, baseURL, maxRetries: 0 });
const ledger = async () => (await fetch(new URL("/_sandbox/ledger", baseURL))).json();

const found = await client.availablePhoneNumbers.list({
  filter: { country_code: "US", national_destination_code: "415", features: ["sms", "mms"], limit: 3 },
});
assert.equal(found.data.length, 3);
const number = found.data[0].phone_number;
assert.match(number, /^\+1415/);
assert.ok(found.data[0].features.some((feature) => feature.name === "mms"));

const ordered = await client.numberOrders.create({
  phone_numbers: [{ phone_number: number }],
  customer_reference: "our-1",
});
assert.equal(ordered.data.status, "pending");
let order = ordered.data;
for (let look = 0; order.status === "pending" && look < 5; ++look) {
  order = (await client.numberOrders.retrieve(ordered.data.id)).data;
}
assert.equal(order.status, "success");

const orders = [];
for await (const each of client.numberOrders.list({ filter: { customer_reference: "our-1" } })) orders.push(each.id);
assert.deepEqual(orders, [ordered.data.id]);
await assert.rejects(client.numberOrders.create({ phone_numbers: [{ phone_number: number }] }), { status: 422 });

const ours = [];
for await (const each of client.phoneNumbers.list({ filter: { phone_number: number.slice(1) } })) ours.push(each);
assert.equal(ours.length, 1);
assert.equal(ours[0].status, "active");
assert.deepEqual((await ledger()).owned, [number]);

await client.phoneNumbers.delete(ours[0].id);
await assert.rejects(client.phoneNumbers.delete(ours[0].id), { status: 404 });
await assert.rejects(new Telnyx({ apiKey: "another", baseURL, maxRetries: 0 }).phoneNumbers.list(), { status: 401 });

const { owned, purchases, events } = await ledger();
assert.deepEqual(owned, []);
assert.deepEqual(purchases, { [number]: 1 });
assert.deepEqual(
  events.map(({ event }) => event),
  ["ordered", "sold", "refused", "released"],
);
