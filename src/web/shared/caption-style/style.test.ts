import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { propertiesOf } from './apply.ts'
import { contrastOf, enoughContrast, rgbOf, textOf } from './contrast.ts'
import { presets } from './presets.ts'
import { formatStyle, parseStyle, styleSettings, usualStyle, type CaptionStyle } from './style.ts'

const anyStyle: fc.Arbitrary<CaptionStyle> = fc.record(
  {
    font: fc.constantFrom(...styleSettings.font.values),
    size: fc.integer({ min: 50, max: 300 }),
    color: anyColor(),
    opacity: fc.integer({ min: 25, max: 100 }),
    background: anyColor(),
    backgroundOpacity: fc.integer({ min: 0, max: 100 }),
    window: anyColor(),
    windowOpacity: fc.integer({ min: 0, max: 100 }),
    edge: fc.constantFrom(...styleSettings.edge.values),
    lineSpacing: fc.integer({ min: 80, max: 200 }),
    letterSpacing: fc.integer({ min: 0, max: 30 }),
  },
  { noNullPrototype: true },
)

describe('a kept style', () => {
  it('is read as it was kept', () => {
    fc.assert(
      fc.property(anyStyle, (style) => assert.deepEqual(parseStyle(formatStyle(style)), style)),
    )
  })

  it('is the usual one when it is not a style, or of a shape not known', () => {
    const wrong = [
      null,
      '',
      '{',
      '[]',
      '7',
      '"x"',
      'null',
      '{"size":200}',
      '{"version":2,"size":200}',
    ]
    for (const text of wrong) assert.deepEqual(parseStyle(text), usualStyle, String(text))
  })

  it('keeps what can be read of one that was tampered with, within its limits', () => {
    const text = JSON.stringify({
      ...{ version: 1, size: 1e300, font: '<b>', color: 'red;background:url(//x)', edge: 'raised' },
      ...{
        opacity: -5,
        lineSpacing: 'NaN',
        letterSpacing: { toString: 1 },
        window: 'cyan',
        more: 1,
      },
    })
    assert.deepEqual(parseStyle(text), {
      ...usualStyle,
      ...{ size: 300, edge: 'raised', opacity: 25, window: '#00ffff' },
    })
  })

  it('puts nothing into the page but numbers and colours, whatever was kept', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(styleSettings)), fc.anything()),
        (kept) => {
          const style = parseStyle(JSON.stringify({ version: 1, ...kept }))
          for (const value of Object.values(propertiesOf(style)))
            assert.match(
              value,
              /^(?:[\d.]+(?:em|px)?|initial|transparent|#000|#fff|rgba?\([\d., ]+\)|color-mix\(in srgb, currentcolor \d+%, transparent\))$/,
            )
        },
      ),
    )
  })
})

describe('contrast', () => {
  const paper = {
    text: rgbOf('#1d1f22') ?? [0, 0, 0],
    ground: rgbOf('#f6f4ef') ?? [0, 0, 0],
  } as const

  it('is that of WCAG', () => {
    const style = { ...usualStyle, color: '#777777', window: '#ffffff' }
    assert.equal(contrastOf(style, paper)?.toFixed(2), '4.48')
    assert.equal(contrastOf({ ...style, color: '#000000' }, paper), 21)
    assert.equal(contrastOf({ ...style, color: '#ffffff' }, paper), 1)
  })

  it('counts what shines through, and the page where a style leaves it to it', () => {
    assert.ok((contrastOf(usualStyle, paper) ?? 0) > 14)
    const thin = { ...usualStyle, color: '#ffffff', background: '#000000', backgroundOpacity: 10 }
    assert.ok((contrastOf(thin, paper) ?? 0) < 1.5)
    assert.ok((contrastOf({ ...usualStyle, opacity: 25 }, paper) ?? 9) < 2)
    assert.equal(contrastOf(thin, null), null)
    assert.equal(contrastOf({ ...thin, backgroundOpacity: 100 }, null), 21)
  })

  it('is enough in every preset, and by itself where only a ground is chosen', () => {
    for (const [name, style] of Object.entries(presets))
      assert.ok((contrastOf(style, paper) ?? 0) >= enoughContrast, name)
    fc.assert(
      fc.property(anyColor(), (window) => {
        const style = { ...usualStyle, window }
        assert.ok((contrastOf(style, paper) ?? 0) >= enoughContrast, `${window}`)
      }),
    )
    assert.equal(textOf({ ...usualStyle, window: '#ffff00' }), '#000000')
    assert.equal(textOf({ ...usualStyle, window: '#0000ff' }), '#ffffff')
    assert.equal(textOf({ ...usualStyle, window: '#0000ff', windowOpacity: 20 }), null)
  })
})

function anyColor(): fc.Arbitrary<string | null> {
  return fc.option(
    fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`),
  )
}
