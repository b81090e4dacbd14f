import { lazy, Suspense, type ReactNode } from 'react'
import { Link, Route, Switch, useRoute } from 'wouter'
import { useMessages } from './messages/catalogue.tsx'
import { OnAirPage } from './pages/on-air/on-air-page.tsx'
import { Header } from './shared/header.tsx'
import { useArrival } from './shared/use-arrival.ts'
import { useTitle } from './shared/use-title.ts'

const ChannelPage = lazy(() => import('./pages/channel/channel-page.tsx'))
const WallPage = lazy(() => import('./pages/wall/wall-page.tsx'))
const SearchPage = lazy(() => import('./pages/search/search-page.tsx'))
const EmbedPage = lazy(() => import('./pages/search/embed-page.tsx'))

export function App(): ReactNode {
  const t = useMessages()
  const [isEmbedded] = useRoute('/embed/*')
  useArrival()
  if (isEmbedded)
    return (
      <main id="content" tabIndex={-1}>
        <Suspense>
          <Switch>
            <Route path="/embed/search" component={EmbedPage} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </main>
    )
  return (
    <>
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Suspense>
          <Switch>
            <Route path="/" component={OnAirPage} />
            <Route path="/wall" component={WallPage} />
            <Route path="/search" component={SearchPage} />
            <Route path="/c/:channel/download">
              {({ channel }) => (
                <ChannelPage key={channel} id={channel} time={null} tab="download" />
              )}
            </Route>
            <Route path="/c/:channel/:time?">
              {({ channel, time }) => (
                <ChannelPage key={channel} id={channel} time={time ?? null} />
              )}
            </Route>
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </main>
    </>
  )
}

function NotFound(): ReactNode {
  const t = useMessages()
  useTitle(t.notFound.heading)
  return (
    <div className="page empty">
      <h1>{t.notFound.heading}</h1>
      <p>
        <Link href="/">{t.notFound.home}</Link>
      </p>
    </div>
  )
}
