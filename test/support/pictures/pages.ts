import type { Page } from 'playwright-core'

/** Every page of the website, and what of it is opened by a button. */
export interface PictureOf {
  readonly name: string
  readonly at: string
  /** The page is there when this is. */
  readonly there: string
  readonly who?: 'admin'
  /** What this browser remembers of its reader. */
  readonly kept?: Readonly<Record<string, string>>
  /** Brings the page to what is to be seen. */
  readonly act?: (page: Page) => Promise<void>
}

const wall = 'harbour-news,river-sport~~w,harbour-news~CC3,tongues~S1,mina,minato,markup,gone'

export const pictures: readonly PictureOf[] = [
  { name: 'on-air', at: '/', there: '.card-line' },
  { name: 'on-air-nothing', at: '/?q=nothing-like-it', there: '.search-for' },
  { name: 'on-air-card', at: '/?c=harbour-news', there: '.opened .row' },
  { name: 'on-air-card-download', at: '/?c=markup&tab=download', there: '.opened .download-body' },
  {
    name: 'display',
    at: '/',
    there: '.card-line',
    act: openDisplay,
  },
  {
    name: 'caption-style',
    at: '/c/harbour-news',
    there: '.rows .row',
    act: openCaptionStyle,
  },
  {
    name: 'keyboard',
    at: '/wall?c=harbour-news',
    there: '.tile-text li',
    act: openKeyboard,
  },
  { name: 'wall', at: `/wall?c=${wall}`, there: '.tile-text .speaker' },
  { name: 'wall-matches', at: `/wall?c=${wall}&q=harbour%20OR%20lighthouse`, there: '.match' },
  { name: 'wall-empty', at: '/wall', there: '.wall-on-air button' },
  {
    name: 'wall-arrange',
    at: '/wall?c=harbour-news,markup',
    there: '.tile-text .speaker',
    act: openArrange,
  },
  { name: 'channel', at: '/c/harbour-news?track=*', there: '.rows .row' },
  {
    name: 'channel-paragraphs',
    at: '/c/harbour-news',
    there: '.in-paragraphs .row',
    kept: { 'ccr.lines': 'paragraphs' },
  },
  { name: 'channel-find', at: '/c/harbour-news?find=harbour', there: '.find-bar' },
  { name: 'channel-rtl', at: '/c/mina', there: '.rows .row' },
  {
    name: 'channel-rtl-paragraphs',
    at: '/c/mina',
    there: '.in-paragraphs .row',
    kept: { 'ccr.lines': 'paragraphs' },
  },
  { name: 'channel-cjk', at: '/c/minato', there: '.rows .row' },
  { name: 'channel-markup', at: '/c/markup', there: '.rows .row' },
  { name: 'channel-none', at: '/c/no-such-channel', there: '.page.empty h1' },
  { name: 'download', at: '/c/tongues/download', there: '.day-view' },
  { name: 'embed-builder', at: '/c/markup/embed?view=reader', there: '.builder-preview iframe' },
  { name: 'embed-frame', at: '/embed/c/markup', there: '.frame-text .caption' },
  { name: 'embed-overlay', at: '/embed/overlay/mina', there: '.caption' },
  { name: 'embed-reader', at: '/embed/reader/tongues?track=CC1,S1,S2', there: '.caption' },
  { name: 'search', at: '/search', there: '.page h1' },
  { name: 'search-found', at: '/search?q=harbour', there: '.passage' },
  { name: 'search-markup', at: '/search?q=lighthouse', there: '.passage' },
  { name: 'search-wrong', at: '/search?q=(harbour', there: '[role=alert]' },
  { name: 'search-nothing', at: '/search?q=unheard-of', there: '.nothing' },
  { name: 'search-frame', at: '/embed/search?q=harbour', there: '.passage' },
  { name: 'quality', at: '/quality', there: '.quality-list li' },
  { name: 'sign-in', at: '/sign-in', there: '.sheet' },
  { name: 'account', at: '/account', there: '.sheet', who: 'admin' },
  { name: 'alerts-signed-out', at: '/alerts', there: '.page h1' },
  { name: 'alerts', at: '/alerts', there: '.page h1', who: 'admin' },
  { name: 'alert-new', at: '/alerts/new?q=harbour', there: '.page h1', who: 'admin' },
  { name: 'destinations', at: '/destinations', there: '.destinations-page form', who: 'admin' },
  ...['', '/people', '/channels', '/tokens', '/outbox'].map((tab): PictureOf => ({
    ...{ name: `admin${tab.replace('/', '-')}`, at: `/admin${tab}`, there: '.sheet' },
    who: 'admin',
  })),
  { name: 'not-found', at: '/no/such/page', there: '.ways-on' },
]

async function openDisplay(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Display' }).click()
  await page.locator('.display .panel').waitFor()
}

async function openCaptionStyle(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Display' }).click()
  await page.locator('.style-button').click()
  await page.locator('.style-dialog').waitFor()
}

async function openKeyboard(page: Page): Promise<void> {
  await page.locator('body').press('?')
  await page.locator('.shortcut-help').waitFor()
}

async function openArrange(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Arrange Harbour News' }).click()
}
