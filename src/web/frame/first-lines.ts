/** What the page draws in the place of them: lines, or the word that there are none. */
const drawn = '.card-line, .rows .row, .empty, [role=alert]'
/** Longer than this, whatever is wrong must be seen. */
const mostMs = 10_000

/** The lines that came with the page stand until it draws its own, or until somebody does something. */
export function handOverFirstLines(root: HTMLElement): void {
  const first = document.getElementById('first')
  if (first === null) return
  const done = new AbortController()
  const leave = (): void => {
    first.remove()
    done.abort()
  }
  const observer = new MutationObserver(() => {
    const found = root.querySelector(drawn)?.textContent ?? ''
    if (found !== '') leave()
  })
  observer.observe(root, { childList: true, characterData: true, subtree: true })
  const timer = setTimeout(leave, mostMs)
  done.signal.addEventListener('abort', () => {
    observer.disconnect()
    clearTimeout(timer)
  })
  for (const type of ['pointerdown', 'keydown', 'popstate'])
    addEventListener(type, leave, { signal: done.signal, capture: true })
}
