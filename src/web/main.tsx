import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startSiteWorker } from './data/site-worker.ts'
import { CatalogueProvider } from './messages/catalogue.tsx'
import { beginStyle } from './shared/caption-style/own-style.ts'
import { handOverFirstLines } from './frame/first-lines.ts'
import './styles/base.css'
import './styles/captions.css'
import './styles/shell.css'
import './styles/frame.css'
import './styles/on-air.css'
import './styles/first-lines.css'

beginStyle()

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: 2, refetchOnWindowFocus: true } },
})
startSiteWorker()
const root = document.getElementById('root')
if (root !== null) {
  handOverFirstLines(root)
  createRoot(root).render(
    <CatalogueProvider>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </CatalogueProvider>,
  )
}
