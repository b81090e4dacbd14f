// Before anything is drawn: a page that was chosen dark never flashes white, and text does not grow under the eye.
try {
  const root = document.documentElement
  const theme = localStorage.getItem('ccr.theme')
  const text = localStorage.getItem('ccr.text-size')
  if (theme !== null && theme !== 'system') root.dataset.theme = theme
  if (text !== null) root.dataset.text = text
} catch {
  // Storage may be refused; what is usual is fine.
}
