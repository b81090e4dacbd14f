// Before anything is drawn: a page that was chosen dark never flashes white, and an overlay is never anything but
// transparent. Captions have their style before the first one is drawn: main.tsx sees to that.
try {
  const root = document.documentElement
  const [, embed] = /^\/embed\/(c|overlay|reader)\//.exec(location.pathname) ?? []
  if (embed !== undefined) root.dataset.embed = embed
  const asked = embed === undefined ? null : new URLSearchParams(location.search).get('theme')
  const isTheme = asked === 'light' || asked === 'dark' || asked === 'contrast'
  const theme = isTheme ? asked : localStorage.getItem('ccr.theme')
  if (theme !== null && theme !== 'system' && embed !== 'overlay') root.dataset.theme = theme
} catch {
  // Storage may be refused; what is usual is fine.
}
