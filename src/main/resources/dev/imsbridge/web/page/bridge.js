// The bridge view: publishing rate, delay, rate limits and instances.

import { api } from './api.js';
import { drawLags, drawRate } from './chart.js';
import { h, mark, say } from './dom.js';
import { ago, clock, count, duration, moment, rate, text, time } from './format.js';
import { quantile, SPAN } from './measures.js';

const EVERY = 3000;

export class Bridge {
  title = 'Bridge';

  constructor(measures) {
    this.measures = measures;
    this.numbers = {};
    const number = (name, label) => {
      this.numbers[name] = h('strong', { class: 'number' }, '–');
      return h('div', {}, this.numbers[name], h('span', {}, label));
    };
    this.rate = h('div', { class: 'chart' });
    this.lags = h('div', { class: 'chart' });
    this.rateText = h('p', { class: 'caption' });
    this.lagText = h('p', { class: 'caption' });
    this.problem = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.budgets = this.table('API budget', ['Project', 'Region', 'Calls/s', 'In flight', 'Waiting', 'Overdue', 'State', 'Instance']);
    this.types = this.table('Watches', ['Type', 'Open', 'Oldest', 'Next poll', 'Faulty']);
    this.instances = this.table('Instances', ['Instance', 'Version', 'Up', 'State', 'Parts', 'Partitions', 'Watches', 'Parked', 'In flight']);
    this.element = h(
      'section',
      { class: 'bridge', hidden: true, 'aria-labelledby': 'bridge-title' },
      h('h1', { id: 'bridge-title', class: 'unseen' }, 'Bridge'),
      this.problem,
      h('div', { class: 'numbers card' }, number('watches', 'open watches'), number('rate', 'transitions/s'), number('p50', 'lag, median'), number('p95', 'lag, 95%'), number('calls', 'in flight'), number('instances', 'instances')),
      h(
        'div',
        { class: 'two' },
        h('section', { class: 'card', 'aria-labelledby': 'rate-title' }, h('h2', { id: 'rate-title' }, 'Transitions per second'), this.rate, this.rateText),
        h('section', { class: 'card', 'aria-labelledby': 'lag-title' }, h('h2', { id: 'lag-title' }, 'How late an end is found'), this.lags, this.lagText),
      ),
      this.instances.element,
      this.budgets.element,
      this.types.element,
    );
    new ResizeObserver(() => this.draw()).observe(this.rate);
    setInterval(() => this.draw(), 1000);
  }

  table(title, columns) {
    const id = title.toLowerCase().replace(/\W/g, '-');
    const body = h('tbody');
    const none = h('p', { class: 'quiet' }, 'None.');
    const table = h('table', {}, h('thead', {}, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))), body);
    return {
      element: h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-labelledby': id }, table), none),
      fill(rows) {
        none.hidden = rows.length > 0;
        table.hidden = rows.length === 0;
        body.replaceChildren(...rows.map((cells) => h('tr', {}, ...cells.map((cell, i) => (i === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell))))));
      },
    };
  }

  show() {
    this.element.hidden = false;
    this.draw();
    this.read();
  }

  hide() {
    this.element.hidden = true;
    clearTimeout(this.next);
  }

  async read() {
    clearTimeout(this.next);
    try {
      if (!document.hidden) {
        this.paint(await api.status());
        this.readAt = Date.now();
      }
    } catch (e) {
      this.complain(`The state of the bridge cannot be read: ${e.message}${this.readAt ? ` Below is how it was at ${clock(this.readAt)}.` : ''}`);
    }
    clearTimeout(this.next);
    if (!this.element.hidden) this.next = setTimeout(() => this.read(), EVERY);
  }

  complain(problem) {
    say(this.problem, problem);
    this.problem.hidden = !problem;
  }

  paint({ instances = [], partial }) {
    this.complain(partial ? 'An instance does not answer. Its state is missing here.' : '');
    const now = Date.now();
    const pollers = instances.map((each) => each.poller).filter(Boolean);
    const sum = (name) => pollers.reduce((all, poller) => all + (poller[name] ?? 0), 0);
    say(this.numbers.watches, count(sum('open_watches')));
    say(this.numbers.calls, count(sum('in_flight')));
    say(this.numbers.instances, partial ? `${instances.length}+` : String(instances.length));
    this.budgets.fill(
      instances.flatMap((instance) =>
        (instance.poller?.projects ?? []).map((project) => [
          text(project.name ?? project.project_id),
          text(project.region),
          rate(project.calls_per_second),
          count(project.in_flight),
          count(project.waiting),
          project.overdue_ms > 0 ? duration(project.overdue_ms) : '–',
          this.flags(project),
          text(instance.instance),
        ]),
      ),
    );
    const types = instances.flatMap((instance) => instance.poller?.types ?? []);
    this.types.fill(
      [...new Set(types.map((type) => type.job_type))].map((name) => {
        const same = types.filter((type) => type.job_type === name);
        const least = (field) => same.map((type) => time(type[field])).filter((at) => at !== null).sort((a, b) => a - b)[0] ?? null;
        const next = least('next_poll_at');
        const oldest = least('oldest_opened_at');
        const faulty = same.reduce((all, type) => all + (type.faulty ?? 0), 0);
        return [name ?? 'not known yet', count(same.reduce((all, type) => all + type.watches, 0)), oldest === null ? '–' : ago(now - oldest), next === null ? '–' : next <= now ? 'now' : `in ${duration(next - now)}`, faulty ? h('span', { class: 'fault' }, count(faulty)) : '–'];
      }),
    );
    this.instances.fill(
      instances.map((each) => [
        text(each.instance),
        text(each.version),
        each.started_at ? duration(now - time(each.started_at)) : '–',
        h('span', { class: 'state', 'data-good': each.ready === true }, each.ready ? 'ready' : 'not ready'),
        Object.entries(each.parts ?? {})
          .map(([part, good]) => `${part} ${good ? '✓' : '✕'}`)
          .join('  ') || '–',
        text((each.partitions ?? []).join(', ')),
        count(each.poller?.open_watches),
        count(each.poller?.parked),
        count(each.poller?.in_flight),
      ]),
    );
  }

  flags(project) {
    const flags = [
      [project.throttled, 'throttled'],
      [project.credentials_refused, 'credentials refused'],
      [project.endpoint_down, 'endpoint down'],
      [project.outage, `no answer since ${moment(time(project.outage?.since))}: ${project.outage?.detail}`],
    ].filter(([on]) => on);
    return flags.length ? h('span', {}, ...flags.map(([, word]) => h('span', { class: 'fault' }, word))) : h('span', { class: 'state', 'data-good': true }, 'ok');
  }

  draw() {
    if (this.element.hidden) return;
    const now = Date.now();
    const seconds = this.measures.perSecond(now);
    const lags = this.measures.recent(now);
    const values = lags.map((each) => each.lag);
    const total = seconds.reduce((all, n) => all + n, 0);
    const p50 = quantile(values, 0.5);
    const p95 = quantile(values, 0.95);
    say(this.numbers.rate, rate(this.measures.rate(now)));
    say(this.numbers.p50, duration(p50));
    say(this.numbers.p95, duration(p95));
    drawRate(this.rate, seconds);
    drawLags(this.lags, lags, now);
    say(this.rateText, `The last ${SPAN / 60} minutes: ${count(total)} transitions, at most ${count(Math.max(...seconds))} in a second. Counted since this page was opened.`);
    say(this.lagText, values.length ? `${count(values.length)} ends in ${SPAN / 60} minutes: half within ${duration(p50)}, 95% within ${duration(p95)} of the end as IMS dates it.` : 'No end has been found since this page was opened.');
    mark(this.lags, 'data-none', values.length === 0);
  }
}
