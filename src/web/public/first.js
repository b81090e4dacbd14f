// Before anything is drawn: a page that was chosen dark never flashes white. Captions have their style before the first one
// is drawn: main.tsx sees to that.
try {
  const root = document.documentElement
  const theme = localStorage.getItem('ccr.theme')
  if (theme !== null && theme !== 'system') root.dataset.theme = theme
} catch {
  // Storage may be refused; what is usual is fine.
}
