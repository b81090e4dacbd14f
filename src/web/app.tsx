import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react'
import { Route, Switch, useLocation, useRoute } from 'wouter'
import { useOffline } from './data/offline.ts'
import { Footer } from './frame/footer.tsx'
import { NewVersion } from './frame/new-version.tsx'
import { NotFound } from './frame/not-found.tsx'
import { PageBoundary } from './frame/page-boundary.tsx'
import { useMessages } from './messages/catalogue.tsx'
import { OnAirPage } from './pages/on-air/on-air-page.tsx'
import { Header } from './frame/header.tsx'
import { KeyboardHelp } from './shared/keyboard/keyboard-help.tsx'
import { Preferences } from './frame/preferences.tsx'
import { useArrival } from './frame/use-arrival.ts'

const ChannelPage = lazy(() => import('./pages/channel/channel-page.tsx'))
const WallPage = lazy(() => import('./pages/wall/wall-page.tsx'))
const SearchPage = lazy(() => import('./pages/search/search-page.tsx'))
const EmbedBuilder = lazy(() => import('./pages/embed/builder-page.tsx'))
const FramePage = lazy(() => import('./pages/embed/frame-page.tsx'))
const OverlayPage = lazy(() => import('./pages/embed/overlay-page.tsx'))
const ReaderPage = lazy(() => import('./pages/embed/reader-page.tsx'))
const SignInPage = lazy(() => import('./pages/sign-in/sign-in-page.tsx'))
const AccountPage = lazy(() => import('./pages/account/account-page.tsx'))
const AdminPage = lazy(() => import('./pages/admin/admin-page.tsx'))
const EmbedPage = lazy(() => import('./pages/search/embed-page.tsx'))
const QualityPage = lazy(() => import('./pages/quality/quality-page.tsx'))
const DestinationsPage = lazy(() => import('./pages/destinations/destinations-page.tsx'))
const AlertsPage = lazy(() => import('./pages/alerts/alerts-page.tsx'))
const AlertEditor = lazy(() => import('./pages/alerts/editor/editor-page.tsx'))
const AlertMentions = lazy(() => import('./pages/alerts/mentions/mentions-page.tsx'))
const OfflinePage = lazy(() => import('./pages/offline/offline-page.tsx'))

/** Pages that fill the window with what moves have no foot. */
const footless = /^\/(?:wall$|c\/)/

export function App(): ReactNode {
  const t = useMessages()
  const [isEmbedded] = useRoute('/embed/*')
  const [address] = useLocation()
  const wasOpenedOffline = useOpenedOffline()
  useArrival()
  if (isEmbedded)
    return (
      <main id="content" tabIndex={-1} aria-label={t.embedded}>
        <PageBoundary address={address}>
          <Suspense>
            <Switch>
              <Route path="/embed/search" component={EmbedPage} />
              <Route path="/embed/c/:channel">
                {({ channel }) => <FramePage key={channel} id={channel} />}
              </Route>
              <Route path="/embed/overlay/:channel">
                {({ channel }) => <OverlayPage key={channel} id={channel} />}
              </Route>
              <Route path="/embed/reader/:channel">
                {({ channel }) => <ReaderPage key={channel} id={channel} />}
              </Route>
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </PageBoundary>
      </main>
    )
  return (
    <>
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <Header />
      <Preferences />
      <KeyboardHelp />
      <main id="content" tabIndex={-1} className={footless.test(address) ? undefined : 'footed'}>
        <PageBoundary address={address}>
          <Suspense>
            {wasOpenedOffline.is ? <OfflinePage onLeave={wasOpenedOffline.leave} /> : <Pages />}
          </Suspense>
        </PageBoundary>
      </main>
      {!footless.test(address) && !wasOpenedOffline.is && <Footer />}
      <NewVersion />
    </>
  )
}

function Pages(): ReactNode {
  return (
    <Switch>
      <Route path="/" component={OnAirPage} />
      <Route path="/wall" component={WallPage} />
      <Route path="/search" component={SearchPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/account" component={AccountPage} />
      <Route path="/admin/:tab?">
        {({ tab }) => <AdminPage key={tab} tab={tab ?? 'overview'} />}
      </Route>
      <Route path="/destinations" component={DestinationsPage} />
      <Route path="/alerts" component={AlertsPage} />
      <Route path="/alerts/new">{() => <AlertEditor key="new" id={null} />}</Route>
      <Route path="/alerts/:id">{({ id }) => <AlertEditor key={id} id={id} />}</Route>
      <Route path="/alerts/:id/mentions">{({ id }) => <AlertMentions key={id} id={id} />}</Route>
      <Route path="/quality" component={QualityPage} />
      <Route path="/c/:channel/download">
        {({ channel }) => <ChannelPage key={channel} id={channel} time={null} tab="download" />}
      </Route>
      <Route path="/c/:channel/embed">
        {({ channel }) => <EmbedBuilder key={channel} id={channel} />}
      </Route>
      <Route path="/c/:channel/:time?">
        {({ channel, time }) => <ChannelPage key={channel} id={channel} time={time ?? null} />}
      </Route>
      <Route component={NotFound} />
    </Switch>
  )
}

/** A page that came without its server stays what it is until its reader, or nobody's reading, leaves it. */
function useOpenedOffline(): { readonly is: boolean; readonly leave: () => void } {
  const isOffline = useOffline()
  const [wasOffline, setWasOffline] = useState(isOffline)
  const leave = useCallback(() => setWasOffline(false), [])
  return { is: wasOffline, leave }
}
