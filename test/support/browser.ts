import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a Chromium is; undefined when none is installed. */
export const chromiumPath: string | undefined = [process.env['CHROMIUM'], ...usualPlaces].find(
  (file) => file !== undefined && existsSync(file),
)

/** For `skip`: why browser tests cannot run, or false. */
export const noBrowser: string | false =
  chromiumPath === undefined && 'no Chromium was found; install it, or name it in CHROMIUM'

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}
