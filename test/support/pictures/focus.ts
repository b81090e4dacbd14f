import type { Page } from 'playwright-core'

/** What is wrong with the look of the stop that has the focus; null = it is seen. */
export function faultOfFocus(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.activeElement
    if (!(focused instanceof HTMLElement) || focused === document.body) return null
    // What is in a frame has a document of its own, and rings of its own.
    if (focused instanceof HTMLIFrameElement) return null
    const says = focused.outerHTML.slice(0, 160)
    // A card's link is the whole card, and a field's ring may be that of the box around it.
    const looks = (): string[] => {
      const around = [focused.parentElement, focused.nextElementSibling].filter(
        (one) => one !== null,
      )
      return [
        getComputedStyle(focused),
        getComputedStyle(focused, '::after'),
        ...around.map((one) => getComputedStyle(one)),
      ].map(
        ({ outlineStyle, outlineWidth, boxShadow }) =>
          `${outlineStyle === 'none' ? 'none' : `${outlineStyle} ${outlineWidth}`} ${boxShadow}`,
      )
    }
    const withFocus = looks()
    focused.blur()
    const without = looks()
    focused.focus({ preventScroll: true })
    if (!withFocus.some((look, n) => look !== without[n])) return `looks the same: ${says}`
    const { top, bottom, left, right } = focused.getBoundingClientRect()
    const isInSight = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
    return isInSight ? null : `is out of sight: ${says}`
  })
}

export interface Stop {
  /** Its place among those of the page. */
  readonly path: string
  readonly name: string
}

/** Where the focus is; null = nowhere in the page. */
export function stopOf(page: Page): Promise<Stop | null> {
  return page.evaluate(() => {
    const focused = document.activeElement
    if (focused === null || focused === document.body) return null
    const steps: string[] = []
    for (let one: Element | null = focused; one !== null; one = one.parentElement)
      steps.push(`${[...(one.parentElement?.children ?? [])].indexOf(one)}`)
    const labels = focused instanceof HTMLInputElement ? focused.labels : null
    const name =
      labels?.[0]?.textContent ?? focused.getAttribute('aria-label') ?? focused.textContent
    return { path: steps.join('.'), name: name.trim() }
  })
}
