// BullMQ: `work SLOTS`, or a producer as payload.produce in payload.py.
const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const { Queue, Worker } = createRequire(path.join(process.env.BENCH_PEERS, "node", "peer.cjs"))("bullmq");

const url = new URL(process.env.BENCH_REDIS_URL);
const connection = { host: url.hostname, port: Number(url.port), maxRetriesPerRequest: null };
const watchful = { lockDuration: 5000, stalledInterval: 5000, maxStalledCount: 3 };
const tuned = process.env.BENCH_TUNED === "1" ? watchful : {};

// Nanoseconds of the wall clock; Date.now() alone is cut to milliseconds.
const origin = BigInt(Date.now()) * 1000000n - process.hrtime.bigint();
const now = () => Number(origin + process.hrtime.bigint());
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (line) => fs.appendFileSync(process.env.BENCH_OUT, line + "\n");
// The worker's clock and the producer's agree to a millisecond only, so times are told by one that all
// processes of a machine share.
const shared = () => Number(process.hrtime.bigint());
const payload = (k, id) => ({ k, id, t: shared(), pad: "x".repeat(240) });

async function handle(job) {
  const { k, id, t } = job.data;
  if (k === "time") say(`L ${shared() - t}`);
  if (k === "sleep") {
    say(`S ${id} ${now()}`);
    await sleep(5000);
    say(`E ${id} ${now()}`);
  }
  return "ok";
}

async function enqueue(queue, number, how) {
  await queue.add("job", payload("none", -1));
  const began = performance.now();
  if (how === "batch") {
    for (let start = 0; start < number - 1; start += 500) {
      const length = Math.min(500, number - 1 - start);
      await queue.addBulk(Array.from({ length }, (_, i) => ({ name: "job", data: payload("none", start + i) })));
    }
  } else {
    for (let i = 0; i < number - 1; i++) await queue.add("job", payload("none", i));
  }
  console.log((performance.now() - began) / 1000);
}

async function steady(queue, rate, seconds) {
  const began = performance.now();
  for (let i = 0; i < rate * seconds; i++) {
    const wait = began + (i * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    await queue.add("job", payload("time", i));
  }
}

async function main([what, number, more]) {
  if (what === "work") {
    new Worker("bench", handle, { connection, concurrency: Number(number), ...tuned }).on("error", () => {});
    return;
  }
  const queue = new Queue("bench", { connection });
  await queue.waitUntilReady();
  if (what === "enqueue") await enqueue(queue, Number(number), more);
  if (what === "steady") await steady(queue, Number(number), Number(more));
  if (what === "sleepers") for (let i = 0; i < Number(number); i++) await queue.add("job", payload("sleep", i));
  process.exit(0);
}

main(process.argv.slice(2));
