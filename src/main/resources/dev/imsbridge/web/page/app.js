// The page: a frame with the state of the event stream, and one of its views.

import { api, whenTokenIsNeeded } from './api.js';
import { Board } from './board.js';
import { Bridge } from './bridge.js';
import { announce, h } from './dom.js';
import { EventStream } from './events.js';
import { Feed } from './feed.js';
import { JobView } from './job.js';
import { Jobs } from './jobs.js';
import { Letters } from './letters.js';
import { Outages } from './outages.js';
import { Past } from './past.js';
import { askForRequest } from './submit.js';
import { askForToken } from './token.js';

const jobs = new Jobs();
const outages = new Outages();
const main = document.getElementById('main');
const top = document.getElementById('top');

const board = new Board(jobs, { onFilter: remember, onRefresh: refresh });
const jobView = new JobView({ onWatch: submit });
const bridge = new Bridge({ onShow: () => look() });
const past = new Past();
const letters = new Letters();
const views = [board, jobView, past, letters, bridge];

const feed = new Feed(jobs, {
  onChange: () => board.changed(),
  onHeld: (held) => showPaused(held),
  onLoad: (state) => board.loading(state),
});
const stream = new EventStream({
  onEvent: (event) => {
    feed.take(event);
    jobView.take(event);
  },
  onGap: () => {
    feed.reload();
    jobView.refresh();
  },
  onState: showConnection,
});

// ---- frame

const line = h('span', { class: 'line' }, h('span', { class: 'dot', 'aria-hidden': 'true' }), h('span', { class: 'word' }, 'Connecting'));
const pause = h('button', { type: 'button', 'aria-pressed': 'false', 'aria-keyshortcuts': 'p', title: 'Pause updates (p)', onclick: () => feed.pause(!feed.paused) }, 'Pause');
const create = h('button', { type: 'button', class: 'primary', 'aria-keyshortcuts': 'n', title: 'Watch a job (n)', onclick: () => submit() }, 'Watch a job');
top.append(h('div', { class: 'tools' }, line, pause, create));
main.before(outages.element);
main.append(...views.map((view) => view.element));

let connection = { state: 'connecting' };
let outage = null;

function showConnection(next) {
  const before = connection.state;
  connection = next;
  clearInterval(outage);
  if (next.state === 'waiting') outage = setInterval(describe, 1000);
  describe();
  if (next.state === 'live' && before !== 'live') {
    feed.live();
    look();
    announce('Live');
  } else if (before === 'live') {
    announce('The connection to the bridge is lost. Trying again.');
  }
}

function describe() {
  line.dataset.state = connection.state;
  const seconds = Math.max(0, Math.ceil((connection.at - Date.now()) / 1000));
  line.lastChild.textContent =
    connection.state === 'live' ? 'Live' : connection.state === 'connecting' ? 'Connecting' : seconds ? `Reconnecting in ${seconds}s` : 'Reconnecting';
}

let wasPaused = false;

function showPaused(held) {
  pause.setAttribute('aria-pressed', String(feed.paused));
  pause.textContent = feed.paused ? (held ? `Resume · ${held.toLocaleString('en-US')} new` : 'Resume') : 'Pause';
  if (wasPaused !== feed.paused) announce(feed.paused ? 'Paused. Updates wait.' : 'Resumed.');
  wasPaused = feed.paused;
}

async function submit(wanted) {
  const id = await askForRequest(wanted);
  if (id === null) return;
  jobView.expect(id);
  location.hash = `#/jobs/${encodeURIComponent(id)}`;
}

async function refresh(id) {
  const json = await api.job(id);
  if (!feed.paused) {
    jobs.read(json);
    board.changed();
  }
}

// ---- the state of the bridge

let looking = null;

/** Reads the state of the bridge now, and then every few seconds. A page that is not connected does not ask again and again. */
async function look() {
  clearTimeout(looking);
  const round = (look.round = (look.round ?? 0) + 1);
  const shown = !bridge.element.hidden;
  if (!document.hidden && (shown || connection.state === 'live')) {
    try {
      const state = await api.status();
      if (round !== look.round) return;
      outages.show(state);
      if (!bridge.element.hidden) await bridge.status(state);
    } catch (e) {
      if (round === look.round) bridge.failed(e);
    }
  }
  if (round !== look.round) return;
  clearTimeout(looking);
  looking = setTimeout(look, bridge.element.hidden ? 5000 : 3000);
}

// ---- routing

function remember(query) {
  history.replaceState(null, '', `#/${query ? `?${query}` : ''}`);
}

function route() {
  const [path, query = ''] = location.hash.slice(1).split('?', 2);
  const job = /^\/jobs\/(.+)$/.exec(path);
  const letter = /^\/letters(?:\/(.+))?$/.exec(path);
  const shown = job ? jobView : letter ? letters : ({ '/status': bridge, '/past': past }[path] ?? board);
  for (const view of views) {
    if (view !== shown) view.hide();
  }
  if (shown === jobView) jobView.show(decoded(job[1]));
  else if (shown === past) past.show(new URLSearchParams(query));
  else if (shown === letters) letters.show(letter[1] ?? null, new URLSearchParams(query));
  else if (shown === board) board.show(new URLSearchParams(query));
  else bridge.show();
  const page = new Map([[bridge, '#/status'], [past, '#/past'], [letters, '#/letters']]).get(shown) ?? '#/';
  for (const link of document.querySelectorAll('#nav a')) {
    const here = link.getAttribute('href') === page;
    if (here) link.setAttribute('aria-current', job || letter?.[1] ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${shown.title} · IMS Event Bridge`;
  // A new view begins at its start, with the focus there. The first view leaves both to the browser.
  if (route.begun) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  route.begun = true;
}

/** Text that cannot be decoded is not a valid id. It is shown unchanged. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.target.closest('input, select, textarea')) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (event.key === '/') {
    event.preventDefault();
    if (board.element.hidden) location.hash = '#/';
    requestAnimationFrame(() => board.search.focus());
  } else if (event.key === 'p') pause.click();
  else if (event.key === 'n') {
    event.preventDefault();
    submit();
  }
}

whenTokenIsNeeded(askForToken);
document.getElementById('skip').addEventListener('click', () => main.focus());
addEventListener('hashchange', route);
addEventListener('keydown', keys);
document.addEventListener('visibilitychange', () => document.hidden || look());
route();
stream.run();
feed.begin();
