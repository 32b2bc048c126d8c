// Requests to the bridge. The token is kept in the session storage of this tab and is sent only in
// the Authorization header.

const TOKEN = 'imsbridge.token';
let asking = null;
let askForToken = () => Promise.resolve(null);

/** An error response of the API, with its problem document. */
class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem?.detail ?? problem?.title ?? `The bridge answered ${status}.`);
    this.status = status;
    this.title = problem?.title ?? `HTTP ${status}`;
    this.retryAfter = retryAfter;
  }
}

/** @param ask returns a promise of the token, or of null if the user gives none */
export function whenTokenIsNeeded(ask) {
  askForToken = ask;
}

/** Resolves a path relative to the page, because a proxy may serve the page under a prefix. */
export function address(path, query = {}) {
  const url = new URL(path, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** Sends a request, prompts for a token after 401, and returns the response if it is successful. */
export async function send(path, { query, ...options } = {}) {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN);
    const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(address(path, query), {
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
      ...options,
      headers,
    });
    if (response.ok) return response;
    if (response.status === 401 && (await renewed(token))) continue;
    throw new Refused(response.status, await problem(response), Number(response.headers.get('retry-after')) || null);
  }
}

/** Many requests may fail with 401 at once. The user is prompted only once. */
async function renewed(refused) {
  if (sessionStorage.getItem(TOKEN) !== refused) return true;
  asking ??= askForToken(refused !== null).finally(() => (asking = null));
  const token = await asking;
  if (token === null) return false;
  sessionStorage.setItem(TOKEN, token);
  return true;
}

async function problem(response) {
  try {
    return (response.headers.get('content-type') ?? '').includes('json') ? await response.json() : null;
  } catch {
    return null;
  }
}

export async function get(path, query, signal) {
  return (await send(path, { query, signal, headers: { Accept: 'application/json' } })).json();
}

/** Calls `take` with each line of a response while it arrives. */
async function lines(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    parts.filter(Boolean).forEach(take);
  }
}

const jobPath = (id) => `api/v1/jobs/${encodeURIComponent(id)}`;

export const api = {
  jobs: (query, signal) => get('api/v1/jobs', query, signal),
  job: (id, signal) => get(jobPath(id), {}, signal),
  history: (id, signal) => get(`${jobPath(id)}/history`, {}, signal),
  /** Searches the past. Calls `take` with each line of the response. */
  async past(query, take, signal) {
    await lines(await send('api/v1/history', { query, signal }), (line) => take(JSON.parse(line)));
  },
  status: (signal) => get('api/v1/status', {}, signal),
  partitions: () => get('api/v1/partitions'),
  samples: (since) => get('api/v1/events/samples', { since }),
  letters: (query, signal) => get('api/v1/dead-letters', query, signal),
  letter: (position, signal) => get(`api/v1/dead-letters/${position}`, {}, signal),
  async evidence(id, partition, offset) {
    const path = `${jobPath(id)}/evidence/${encodeURIComponent(partition)}/${encodeURIComponent(offset)}`;
    return (await send(path)).text();
  },
  async submit(request) {
    const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request) };
    return (await send('api/v1/jobs', options)).json();
  },
  cancel: (id) => send(jobPath(id), { method: 'DELETE', headers: { 'Content-Type': 'application/json' } }),
};
