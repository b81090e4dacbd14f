import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** What every page of the website is held to. */

export async function assertAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`,
    ),
    [],
    what,
  )
}

export async function assertFits(page: Page, what: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.equal(overflow, 0, `${what}: no horizontal scroll`)
}

/** Computed styles of the first element that the selector finds. */
export function computed<K extends string>(
  page: Page,
  selector: string,
  names: readonly K[],
): Promise<Record<K, string>> {
  return page
    .locator(selector)
    .first()
    .evaluate(
      (element, wanted) => {
        const style = getComputedStyle(element)
        return Object.fromEntries(wanted.map((name) => [name, style.getPropertyValue(name)]))
      },
      [...names],
    ) as Promise<Record<K, string>>
}
