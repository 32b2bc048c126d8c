// The form for the API token.

import { h, modal } from './dom.js';

/** @return a promise of the token, or of null if the user gives none */
export function askForToken(refused) {
  return new Promise((resolve) => {
    const field = h('input', { id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true });
    const form = h(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          done(field.value.trim() || null);
        },
      },
      h('h2', { id: 'token-title' }, 'This bridge requires a token'),
      h('p', {}, refused ? 'The token was refused. It is the one set as ' : 'It is the one set as ', h('code', {}, 'http.auth.token'), '. It is kept until this tab is closed.'),
      h('label', { for: 'token' }, 'Token'),
      field,
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => done(null) }, 'Not now'), h('button', { class: 'primary' }, 'Continue')),
    );
    const close = modal({ 'aria-labelledby': 'token-title', oncancel: () => done(null) }, form);
    function done(token) {
      close();
      resolve(token);
    }
  });
}
