// The jobs known to the page: the list of the API, updated by events.

import { forecast } from './forecast.js';
import { time } from './format.js';

/** The maximum number of jobs kept. Beyond it, those that ended first are removed. */
export const MOST = 50_000;

const lower = (text) => (text ?? '').toLowerCase();

function blank(id) {
  return {
    id,
    type: null,
    region: null,
    project: null,
    status: 'REQUESTED',
    outcome: null,
    sequence: -1,
    requestedAt: null,
    beginAt: null,
    endAt: null,
    changedAt: null,
    endedAt: null,
    errorCode: null,
    failReason: null,
    imageIds: [],
    labels: {},
    total: 0,
    ended: 0,
    failed: 0,
    fault: null,
    forecast: null,
    subJobs: null,
    search: lower(id),
    /**
     * When the job was last read from the API. `stale` means that later events leave fields
     * unknown.
     */
    readAt: 0,
    stale: true,
    touched: 0,
  };
}

export const open = (job) => job.outcome === null;

/** The duration of a job, until now if it is open. */
export function took(job, now) {
  const from = job.beginAt ?? job.requestedAt;
  return from === null ? null : (job.endAt ?? job.endedAt ?? now) - from;
}

/** Whether the time belongs to a later request: the job ended before it and was requested again. */
const requestedAgain = (job, at) => job.outcome !== null && job.endedAt !== null && at > job.endedAt;

export class Jobs {
  constructor() {
    this.all = new Map();
  }

  get(id) {
    return this.all.get(id);
  }

  forget(id) {
    this.all.delete(id);
  }

  /** Adds or updates a job from the API, unless a later event has already been applied. */
  read(json) {
    const before = this.all.get(json.job_id);
    const known = before && !requestedAgain(before, time(json.requested_at)) ? before : null;
    const job = known ?? blank(json.job_id);
    if (known && json.sequence < known.sequence) return known;
    job.type = json.job_type;
    job.region = json.region;
    job.project = json.project_id;
    job.status = json.status ?? 'REQUESTED';
    job.outcome = json.outcome;
    job.sequence = json.sequence ?? 0;
    job.requestedAt = time(json.requested_at);
    job.beginAt = time(json.begin_time);
    job.endAt = time(json.end_time);
    job.changedAt = time(json.changed_at) ?? job.requestedAt;
    job.endedAt = time(json.ended_at);
    job.errorCode = json.error_code;
    job.failReason = json.fail_reason;
    job.imageIds = json.image_ids ?? [];
    job.labels = json.labels ?? {};
    job.total = json.sub_jobs?.total ?? 0;
    job.ended = json.sub_jobs?.ended ?? 0;
    job.failed = json.sub_jobs?.failed ?? 0;
    job.fault = json.fault;
    job.forecast = forecast(json.forecast);
    job.readAt = Date.now();
    job.stale = false;
    return this.keep(job);
  }

  /** Applies an event. Events that are already known change nothing. */
  apply(event) {
    const data = event.data;
    const id = data?.root_job_id;
    if (typeof id !== 'string') return null;
    const before = this.all.get(id);
    // After a new request for an old job, the sequence starts at 1 again.
    const again = before && data.sequence <= before.sequence && requestedAgain(before, time(data.observed_at));
    const job = before && !again ? before : blank(id);
    const completion = event.kind === 'completion';
    if (data.sequence < job.sequence || (!completion && data.sequence === job.sequence)) return null;
    if (completion && job.outcome !== null && data.sequence === job.sequence) return null;
    job.sequence = data.sequence;
    job.changedAt = Math.max(job.changedAt ?? 0, time(data.observed_at) ?? 0);
    job.requestedAt ??= job.changedAt;
    job.region = data.region ?? job.region;
    job.project = data.project_id ?? job.project;
    job.labels = data.labels ?? job.labels;
    job.stale = true;
    job.touched = performance.now();
    if (data.job_id === id) this.root(job, data);
    else this.subJob(job, data);
    if (completion) this.completed(job, data);
    return this.keep(job);
  }

  root(job, data) {
    job.type = data.job_type ?? job.type;
    job.status = data.status;
    job.beginAt = time(data.begin_time) ?? job.beginAt;
    job.endAt = time(data.end_time);
    job.errorCode = data.error_code;
    job.failReason = data.fail_reason;
    job.imageIds = [...new Set([...job.imageIds, ...(data.image_ids ?? [])])];
    // The job was lost and requested again.
    job.outcome = null;
    job.endedAt = null;
  }

  subJob(job, data) {
    job.subJobs ??= new Set();
    job.subJobs.add(data.job_id);
    job.total = Math.max(job.total, job.subJobs.size);
    job.imageIds = [...new Set([...job.imageIds, ...(data.image_ids ?? [])])];
    if (data.terminal) {
      job.ended++;
      job.total = Math.max(job.total, job.ended);
      if (data.status !== 'SUCCESS') job.failed++;
    }
  }

  completed(job, data) {
    job.outcome = data.outcome;
    job.endedAt = time(data.observed_at);
    job.fault = null;
    job.forecast = null;
    const subJobs = data.sub_jobs ?? [];
    job.total = subJobs.length;
    job.ended = subJobs.filter((each) => each.status === 'SUCCESS' || each.status === 'FAIL').length;
    job.failed = subJobs.filter((each) => each.status === 'FAIL').length;
    job.stale = false;
  }

  keep(job) {
    job.search = lower(
      [
        job.id,
        job.type,
        job.project,
        job.errorCode,
        job.failReason,
        ...job.imageIds,
        ...Object.entries(job.labels).flatMap(([key, value]) => [`${key}=${value}`, `${key}:${value}`]),
        ...(job.subJobs ?? []),
      ].join('\n'),
    );
    this.all.set(job.id, job);
    if (this.all.size > MOST) this.shed();
    return job;
  }

  /** Removes jobs, those that ended first, so that a page that is open for weeks does not grow. */
  shed() {
    const ended = [...this.all.values()].filter((job) => !open(job)).sort((a, b) => a.endedAt - b.endedAt);
    const surplus = ended.length ? ended.slice(0, MOST / 10) : [...this.all.values()].slice(0, MOST / 10);
    surplus.forEach((job) => this.all.delete(job.id));
  }

  /**
   * Returns the matching jobs, sorted, and their number by status without the status filter.
   *
   * @param matched ids of root jobs that the bridge found for the same words, also by sub-job
   */
  select({ state, status, type, project, label, q }, { by, down }, matched = new Set()) {
    const words = lower(q).split(/\s+/).filter(Boolean);
    const rows = [];
    const counts = {};
    for (const job of this.all.values()) {
      if (state && (state === 'open') !== open(job)) continue;
      if (type && job.type !== type) continue;
      if (project && job.project !== project) continue;
      if (label && !labelled(job.labels, label)) continue;
      if (words.length && !matched.has(job.id) && !words.every((word) => job.search.includes(word))) continue;
      counts[job.status] = (counts[job.status] ?? 0) + 1;
      if (!status || job.status === status) rows.push(job);
    }
    return { rows: sorted(rows, by, down), counts };
  }

  /** The distinct values of a field, sorted. */
  values(field) {
    return [...new Set([...this.all.values()].map((job) => job[field]).filter(Boolean))].sort();
  }

  labels(most) {
    const labels = new Set();
    for (const job of this.all.values()) {
      for (const [key, value] of Object.entries(job.labels)) labels.add(`${key}=${value}`);
      if (labels.size >= most) break;
    }
    return [...labels].sort();
  }
}

/** "name=value" or "name:value" matches one label. A word matches any label with that name or value. */
function labelled(labels, wanted) {
  const end = wanted.search(/[:=]/);
  if (end > 0) {
    const value = Object.hasOwn(labels, wanted.slice(0, end)) ? labels[wanted.slice(0, end)] : null;
    return value !== null && value.startsWith(wanted.slice(end + 1));
  }
  return Object.entries(labels).some(([key, value]) => key === wanted || value === wanted);
}

const RANK = { FAIL: 0, LOST: 1, RUNNING: 2, INIT: 3, REQUESTED: 4, SUCCESS: 5 };

const KEYS = {
  status: (job) => RANK[job.status] ?? 9,
  type: (job) => job.type ?? '',
  id: (job) => job.id,
  project: (job) => job.project ?? '',
  subJobs: (job) => job.total,
  ready: (job) => (open(job) ? (job.forecast?.at ?? Number.MAX_SAFE_INTEGER) : Infinity),
  took: (job, now) => took(job, now) ?? -1,
  requested: (job) => job.requestedAt ?? 0,
  changed: (job) => job.changedAt ?? 0,
};

function sorted(jobs, by, down) {
  const key = KEYS[by] ?? KEYS.requested;
  const sign = down ? -1 : 1;
  const now = Date.now();
  return jobs
    .map((job) => ({ job, key: key(job, now) }))
    .sort((a, b) => (a.key !== b.key ? (a.key < b.key ? -sign : sign) : a.job.id < b.job.id ? -1 : 1))
    .map(({ job }) => job);
}
