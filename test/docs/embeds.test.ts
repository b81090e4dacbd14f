import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  frameSettings,
  overlaySettings,
  readerSettings,
  usualFrame,
  usualOverlay,
  usualReader,
} from '../../src/web/pages/embed/parameters.ts'
import { styleSettings, usualStyle } from '../../src/web/shared/caption-style/style.ts'
import {
  addressName,
  writeValue,
  type Setting,
  type Settings,
  type ValuesOf,
} from '../../src/web/shared/settings/settings.ts'

const text = readFileSync('docs/embeds.md', 'utf8')

describe('docs/embeds.md', () => {
  const views: readonly (readonly [string, Settings, ValuesOf<Settings>])[] = [
    ['/embed/c/', own(frameSettings), usualFrame],
    ['/embed/overlay/', own(overlaySettings), usualOverlay],
    ['/embed/reader/', own(readerSettings), usualReader],
    ['caption style', styleSettings, usualStyle],
  ]

  it('has every parameter of every view with its values, and no other', () => {
    for (const [name, settings, usual] of views)
      assert.deepEqual(
        rowsUnder(name),
        Object.entries(settings).map(([key, setting]) => ({
          name: addressName(key),
          values: valuesOf(setting),
          usual: writeValue(usual[key]),
        })),
        name,
      )
  })

  it('says how an overlay’s style differs from the usual one', () => {
    const said = [...text.matchAll(/`([a-z-]+)=([a-z0-9]+)`/g)].map(([, name, value]) => [
      name,
      value,
    ])
    assert.deepEqual(said, [
      ['color', 'white'],
      ['background', 'black'],
      ['background-opacity', '80'],
    ])
    const { color, background, backgroundOpacity } = usualOverlay
    assert.deepEqual([color, background, backgroundOpacity], ['#ffffff', '#000000', 80])
    for (const key of Object.keys(styleSettings) as (keyof typeof usualStyle)[])
      if (!['color', 'background', 'backgroundOpacity'].includes(key))
        assert.equal(usualOverlay[key], usualStyle[key], key)
  })
})

/** Without the style, which all views share. */
function own(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in styleSettings)))
}

function rowsUnder(heading: string): { name: string; values: string; usual: string }[] {
  const section = text.split(/^## /m).find((part) => part.split('\n')[0]?.includes(heading))
  assert.ok(section !== undefined, heading)
  return [...section.matchAll(/^\| `([a-z-]+)` \| (.+?) \| `(.+?)` \|/gm)].map(
    ([, name = '', values = '', usual = '']) => ({ name, values, usual }),
  )
}

function valuesOf(setting: Setting): string {
  switch (setting.kind) {
    case 'choice':
      return setting.values.map((value) => `\`${value}\``).join(', ')
    case 'amount':
      return `${setting.least} to ${setting.most}`
    case 'color':
      return 'a colour'
    case 'switch':
      return '`yes`, `no`'
    case 'list':
      if (setting.values !== null) return setting.values.map((value) => `\`${value}\``).join(', ')
      return setting.most === 1 ? 'a track' : `up to ${setting.most} tracks`
  }
}
