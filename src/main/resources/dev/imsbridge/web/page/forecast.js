// When a job is expected to end: judged by the bridge from earlier jobs of the type.

import { clock, count, duration, moment, time } from './format.js';

/**
 * A forecast of the API with its times in milliseconds: `began`, `at` for the median and `by` for
 * the 95th percentile. Null if the API gives none.
 */
export function forecast(json) {
  if (!json) return null;
  return { began: Date.now() - json.elapsed_ms, at: time(json.expected_end_at), by: time(json.expected_end_by), overlong: json.overlong === true, learned: json.learned_jobs };
}

/** The share of the expected time until `end` that has passed, below 1. */
export function share({ began }, end, now) {
  return Math.min(0.99, Math.max(0, (now - began) / Math.max(1, end - began)));
}

/** "Ready in about 4 min". The times are estimates, so they are rounded. */
export function ready({ at }, now) {
  return at - now < 1000 ? 'Ready any moment' : `Ready in about ${rounded(at - now)}`;
}

/** "4 min left", for a row of a list. */
export function left({ at }, now) {
  return at - now < 1000 ? 'any moment' : `${rounded(at - now)} left`;
}

function rounded(ms) {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  return minutes < 60 ? `${Math.round(minutes)} min` : duration(Math.round(minutes) * 60_000);
}

/** The basis of a forecast in one sentence. */
export function basis({ at, by, learned }) {
  const late = by === null ? '' : `, 95 of 100 by ${soon(by)}`;
  return `Based on ${count(learned)} earlier jobs of this type: half of those that ran this long had ended by ${soon(at)}${late}.`;
}

/** A time, with its date unless that is today. */
function soon(at) {
  return moment(at).slice(0, 10) === moment(Date.now()).slice(0, 10) ? clock(at) : moment(at);
}

export const OVERLONG = 'It has run longer than 99 of 100 jobs of its type.';
