import { lazy, Suspense, type ReactNode } from 'react'
import { Link, Route, Switch } from 'wouter'
import { useMessages } from './messages/catalogue.tsx'
import { OnAirPage } from './pages/on-air/on-air-page.tsx'
import { Header } from './shared/header.tsx'
import { useArrival } from './shared/use-arrival.ts'
import { useTitle } from './shared/use-title.ts'

const ChannelPage = lazy(() => import('./pages/channel/channel-page.tsx'))
const WallPage = lazy(() => import('./pages/wall/wall-page.tsx'))

export function App(): ReactNode {
  const t = useMessages()
  useArrival()
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
            <Route path="/c/:channel/download">
              {({ channel }) => <ChannelPage key={channel} id={channel} tab="download" />}
            </Route>
            <Route path="/c/:channel">
              {({ channel }) => <ChannelPage key={channel} id={channel} />}
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
