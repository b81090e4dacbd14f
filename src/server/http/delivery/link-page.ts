import { createHash } from 'node:crypto'
import { escapeText } from '../../../protocol/escape-text.ts'

/** Of its own, as the site's is named after its content, and this must be there when no build is. */
const style = `
:root { color-scheme: light dark; --ground: #f4f3ef; --card: #fff; --text: #1c1b19; --line: #dedbd2; --act: #0b5394; --on-act: #fff; --link: #0b5394; }
@media (prefers-color-scheme: dark) { :root { --ground: #16171a; --card: #212328; --text: #eceae4; --line: #3a3d44; --act: #8ec5ff; --on-act: #10233a; --link: #8ec5ff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--text); font: 1.0625rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { width: 100%; max-width: 32rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 0.75rem; }
p { margin: 0 0 1rem; }
p:last-child { margin: 0; }
form { display: grid; gap: 0.75rem; margin: 0 0 1rem; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0.5rem 1rem; border-radius: 0.5rem; border: 2px solid var(--act); background: var(--act); color: var(--on-act); cursor: pointer; }
button[value='never'] { background: transparent; color: var(--link); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
`

/** A page needs nothing else: no script, picture or frame, and it is shown in none. */
export const linkPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`

export interface LinkPage {
  readonly locale: string
  readonly title: string
  readonly text: string
  /** What can be pressed: the name is what is posted as `do`. */
  readonly buttons: readonly { readonly does: string; readonly label: string }[]
  readonly home: string
}

/** A page with one question, for whoever came from a letter; it works without scripts. */
export function writeLinkPage({ locale, title, text, buttons, home }: LinkPage): string {
  const pressed = buttons.map(
    ({ does, label }) =>
      `<button name="do" value="${escapeText(does)}">${escapeText(label)}</button>`,
  )
  const form = pressed.length === 0 ? '' : `<form method="post">${pressed.join('')}</form>`
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeText(title)} · ccr</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
<p>${escapeText(text)}</p>
${form}
<p><a href="/">${escapeText(home)}</a></p>
</main>
</body>
</html>
`
}
