// Appends the outcome of each finished job to a file, once.
//
// A record may be delivered again after a crash or a replay, so the ids that the file already has are skipped. kafkajs
// reads committed records only, unless it is told otherwise.
//
// Usage: node outcomes.mjs BOOTSTRAP FILE [COUNT]     ends after COUNT new outcomes; without COUNT it runs on

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';

const [bootstrap, file, count] = process.argv.slice(2);
let remaining = count === undefined ? Infinity : Number(count);

const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
const seen = new Set(lines.map((line) => JSON.parse(line).ce_id));

const kafka = new Kafka({ clientId: 'example-node', brokers: bootstrap.split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: 'example-node' });
await consumer.connect();
await consumer.subscribe({ topics: ['ims.jobs.completions'], fromBeginning: true });

const ended = new Promise((resolve) => {
  consumer.run({
    eachMessage: async ({ message }) => {
      const ceId = message.headers.ce_id.toString();
      if (remaining <= 0 || seen.has(ceId)) {
        return;
      }
      const completion = JSON.parse(message.value);
      appendFileSync(file, JSON.stringify({ ce_id: ceId, job_id: completion.job_id, outcome: completion.outcome }) + '\n');
      seen.add(ceId);
      console.log(completion.job_id, completion.outcome);
      if (--remaining === 0) {
        resolve();
      }
    },
  });
});
await ended;
await consumer.disconnect();
