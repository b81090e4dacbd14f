import { useId, type ReactNode } from 'react'
import type { ChannelTrack } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import type { EmbedMessages } from '../../messages/embed/en.ts'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { AmountField } from '../../shared/caption-style/amount-field.tsx'
import { nameOfTrack } from '../../shared/channels/names.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import type { ListSetting, Setting, ValueOf } from '../../shared/settings/settings.ts'

type Value = ValueOf<Setting>

export interface SettingFieldProps {
  readonly name: string
  readonly setting: Setting
  readonly value: Value | undefined
  readonly tracks: readonly ChannelTrack[]
  /** `width` counts letters here, not percent. */
  readonly isLetters: boolean
  readonly onChange: (value: Value) => void
}

/** The field that fits a setting's kind. */
export function SettingField(props: SettingFieldProps): ReactNode {
  const { name, setting, value, onChange } = props
  const t = useEmbedMessages()
  const label = wordOf(t.settings, name)
  switch (setting.kind) {
    case 'choice':
      return (
        <label className="select-field">
          <span>{label}</span>
          <OptionSelect
            value={typeof value === 'string' ? value : setting.usual}
            options={setting.values.map((one) => [one, wordOf(wordsOf(t, name), one)])}
            onChoose={onChange}
          />
        </label>
      )
    case 'amount':
      return (
        <AmountField
          {...setting}
          label={label}
          value={typeof value === 'number' ? value : setting.usual}
          say={unitOf(t, name, props.isLetters)}
          onChange={onChange}
        />
      )
    case 'switch':
      return (
        <label className="check-field">
          <input
            type="checkbox"
            checked={value === true}
            onChange={({ target }) => onChange(target.checked)}
          />
          <span>{label}</span>
        </label>
      )
    case 'list':
      return setting.most === 1 ? (
        <OneTrack {...props} label={label} />
      ) : (
        <Several {...props} setting={setting} label={label} />
      )
    // Colours belong to the style, which has fields of its own.
    case 'color':
      return null
  }
}

function OneTrack(props: SettingFieldProps & { readonly label: string }): ReactNode {
  const { label, tracks, value, onChange } = props
  const t = useEmbedMessages()
  const { locale } = useCatalogue()
  return (
    <label className="select-field">
      <span>{label}</span>
      <OptionSelect
        value={Array.isArray(value) ? String(value[0] ?? '') : ''}
        options={[
          ['', t.values.usualTrack],
          ...tracks.map((one): [string, string] => [one.track, nameOfTrack(one, locale)]),
        ]}
        onChoose={(track) => onChange(track === '' ? [] : [track])}
      />
    </label>
  )
}

function Several(
  props: Omit<SettingFieldProps, 'setting'> & {
    readonly setting: ListSetting<string>
    readonly label: string
  },
): ReactNode {
  const { name, setting, label, tracks, onChange } = props
  const t = useEmbedMessages()
  const { locale } = useCatalogue()
  const id = useId()
  const chosen: readonly string[] = typeof props.value === 'object' ? (props.value ?? []) : []
  const options: readonly (readonly [string, string])[] =
    setting.values?.map((one) => [one, wordOf(wordsOf(t, name), one)] as const) ??
    tracks.map((one) => [one.track, nameOfTrack(one, locale)] as const)
  const toggle = (one: string): readonly string[] =>
    options.map(([word]) => word).filter((word) => chosen.includes(word) !== (word === one))
  return (
    <fieldset className="several" aria-labelledby={id}>
      <legend id={id}>{label}</legend>
      {options.map(([one, text]) => (
        <label key={one} className="check-field">
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={() => onChange(toggle(one))}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}

function wordsOf(t: EmbedMessages, name: string): Readonly<Record<string, string>> {
  switch (name) {
    case 'theme':
      return t.themes
    case 'position':
    case 'align':
    case 'newest':
    case 'rows':
    case 'controls':
      return t.values[name]
    default:
      return {}
  }
}

function unitOf(t: EmbedMessages, name: string, isLetters: boolean): (value: number) => string {
  if (name === 'width' && isLetters) return t.units.letters
  return name === 'lines' || name === 'hide' || name === 'safe' ? t.units[name] : t.units.width
}

function wordOf(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name
}
