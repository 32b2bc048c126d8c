// The banner: projects that IMS does not serve at present.

import { announce, h, mark, say } from './dom.js';
import { ago, clock, count, moment, time } from './format.js';

const MOST = 4;
const LONGEST = 200; // characters of a detail
const CAUSES = {
  auth: ['IMS refuses the credentials of', 'Check the credentials of this project: imsbridge doctor tests them.'],
  throttled: ['IMS throttles every call for', 'Lower ims.rate, or find the other program that uses up the quota.'],
  transient: ['IMS does not answer for', 'Check the network and the endpoint: imsbridge doctor tests both.'],
  other: ['IMS gives no usable answer for', 'Check the endpoint, region and id of this project: imsbridge doctor tests them.'],
};

/** Merges the reports of all instances by project. Leaves out projects that IMS serves. */
export function outages({ instances = [] }) {
  const projects = new Map();
  for (const instance of instances) {
    for (const each of instance.poller?.projects ?? []) {
      const key = `${each.region}/${each.project_id}`;
      const project = projects.get(key) ?? { key, name: each.name ?? each.project_id, place: [each.region, each.project_id].filter(Boolean).join(' / '), since: null, waiting: 0, at: [], all: 0 };
      projects.set(key, project);
      project.all++;
      project.waiting += (each.waiting ?? 0) + (each.in_flight ?? 0);
      if (!each.outage && !each.credentials_refused && !each.endpoint_down) continue;
      project.at.push(instance.instance);
      const since = time(each.outage?.since);
      if (since !== null && (project.since === null || since < project.since)) project.since = since;
      project.detail = each.outage?.detail ?? project.detail;
      const cause = each.credentials_refused ? 'auth' : each.outage ? each.outage.fault : 'transient';
      project.cause = cause in CAUSES ? cause : 'other';
    }
  }
  return [...projects.values()].filter(({ at }) => at.length);
}

export class Outages {
  constructor() {
    this.element = h('section', { class: 'outages', 'aria-label': 'Outages', hidden: true });
    this.shown = new Map();
    this.more = h('p', { class: 'quiet', hidden: true });
    this.element.append(this.more);
  }

  show(status) {
    const found = outages(status);
    const keys = new Set(found.slice(0, MOST).map(({ key }) => key));
    for (const [key, line] of this.shown) {
      if (keys.has(key)) continue;
      line.remove();
      this.shown.delete(key);
      if (!found.some((each) => each.key === key)) announce(`IMS serves project ${line.name} again.`);
    }
    for (const project of found.slice(0, MOST)) {
      if (!this.shown.has(project.key)) {
        const line = this.line();
        this.shown.set(project.key, line);
        this.more.before(line);
      }
      this.fill(this.shown.get(project.key), project);
    }
    say(this.more, found.length > MOST ? `And ${count(found.length - MOST)} more projects: see the API budget of the view Bridge.` : '');
    this.more.hidden = !this.more.textContent;
    this.element.hidden = found.length === 0;
  }

  /** Only the text of the alert is read aloud, and again only if it changes. So the numbers are beside it. */
  line() {
    const parts = { title: h('strong'), why: h('span', { class: 'why' }), cure: h('span', { class: 'cure' }), waits: h('span', { class: 'waits' }) };
    return Object.assign(h('div', { class: 'outage' }, h('div', { role: 'alert' }, parts.title, ' ', parts.why, ' ', parts.cure), parts.waits), { parts });
  }

  fill(line, { name, place, since, detail, cause, waiting, at, all }) {
    const [title, cure] = CAUSES[cause];
    const today = since !== null && new Date(since).toDateString() === new Date().toDateString();
    const where = at.length < all ? ` at ${at.join(', ')}` : '';
    line.name = name;
    say(line.parts.title, `${title} project ${name}${since === null ? '' : ` since ${today ? clock(since) : moment(since)}`}${where}.`);
    const why = (detail ?? '').trim().replace(/\.$/, '');
    say(line.parts.why, why && `Reason: ${why.length > LONGEST ? `${why.slice(0, LONGEST)}…` : `${why}.`}`);
    say(line.parts.cure, `${cure} No job is lost: all are polled again when IMS answers.`);
    say(line.parts.waits, `${count(waiting)} ${waiting === 1 ? 'job waits' : 'jobs wait'}${since === null ? '' : `, began ${ago(Date.now() - since)}`}`);
    mark(line, 'title', place);
  }
}
