import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { ApiError, getChannel } from '../../data/api.ts'
import { useMessages } from '../../messages/catalogue.tsx'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { styleSettings, usualStyle } from '../../shared/caption-style/style.ts'
import {
  readAddress,
  readSettings,
  writeAddress,
  type Settings,
  type ValuesOf,
} from '../../shared/settings/settings.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/embed-builder.css'
import { ChannelHead } from '../channel/channel-head.tsx'
import { Preview } from './preview.tsx'
import { viewNames, views, type ViewName } from './parameters.ts'
import { SettingField } from './setting-field.tsx'
import { TakeAddress } from './take-address.tsx'

const StyleDialog = lazy(() => import('../../shared/caption-style/style-dialog.tsx'))

/** Composes the address of a view of a channel that stands elsewhere; this page's own address holds it all. */
export default function BuilderPage({ id }: { readonly id: string }): ReactNode {
  const site = useMessages()
  const t = useEmbedMessages()
  const channel = useQuery({
    queryKey: ['channel', id],
    queryFn: ({ signal }) => getChannel(id, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 3,
  })
  const { data, error } = channel
  const isMissing = error instanceof ApiError && error.status < 500
  useTitle(t.builder.title(data?.name ?? id))
  if (data !== undefined) return <Builder channel={data} />
  return (
    <div className="page empty">
      {channel.isError ? (
        <h1>{isMissing ? site.channel.missing : site.channel.failed}</h1>
      ) : (
        <p className="waiting muted" role="status">
          {site.channel.loading}
        </p>
      )}
      <p>
        <Link href="/">{site.channel.back}</Link>
      </p>
    </div>
  )
}

function Builder({ channel }: { readonly channel: Channel }): ReactNode {
  const t = useEmbedMessages().builder
  const [search, setSearch] = useSearchParams()
  const view = viewNames.find((name) => name === search.get('view')) ?? 'frame'
  const { settings, usual, path }: View = views[view]
  const values = readAddress(settings, search, usual)
  const show = (name: ViewName, next: ValuesOf<Settings>): void =>
    setSearch([['view', name], ...writeAddress(views[name].settings, next, views[name].usual)], {
      replace: true,
    })
  const query = new URLSearchParams(writeAddress(settings, values, usual)).toString()
  const address = `${path}${channel.id}${query === '' ? '' : `?${query}`}`
  return (
    <>
      <ChannelHead channel={channel} tab="embed" />
      <div className="page builder">
        <p className="muted">{t.lead}</p>
        {channel.policy.visibility !== 'public' && <p className="banner">{t.notPublic}</p>}
        <fieldset className="views">
          <legend className="quiet">{t.view}</legend>
          {viewNames.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="view"
                checked={view === name}
                onChange={() => show(name, views[name].usual)}
              />
              <strong>{t.views[name]}</strong>
              <span className="muted">{t.about[name]}</span>
            </label>
          ))}
        </fieldset>
        <section className="builder-settings" aria-label={t.settings}>
          <div className="builder-settings-head">
            <h2>{t.settings}</h2>
            <button type="button" aria-disabled={query === ''} onClick={() => show(view, usual)}>
              {t.reset}
            </button>
          </div>
          {Object.entries(settings)
            .filter(([name]) => !(name in styleSettings))
            .map(([name, setting]) => (
              <SettingField
                key={`${view} ${name}`}
                name={name}
                setting={setting}
                isLetters={view === 'reader'}
                tracks={channel.tracks}
                value={values[name]}
                onChange={(value) => show(view, { ...values, [name]: value })}
              />
            ))}
          <StyleButton values={values} onChange={(part) => show(view, { ...values, ...part })} />
        </section>
        <section className="builder-preview" aria-label={t.preview}>
          <h2>{t.preview}</h2>
          <Preview key={view} view={view} address={address} name={t.previewOf(channel.name)} />
        </section>
        <TakeAddress view={view} address={address} name={channel.name} />
      </div>
    </>
  )
}

interface View {
  readonly path: string
  readonly settings: Settings
  readonly usual: ValuesOf<Settings>
}

function StyleButton(props: {
  readonly values: ValuesOf<Settings>
  readonly onChange: (style: ValuesOf<Settings>) => void
}): ReactNode {
  const t = useEmbedMessages().builder
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="style-button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t.style}
      </button>
      {isOpen && (
        <Suspense>
          <StyleDialog
            style={readSettings(styleSettings, (name) => props.values[name], usualStyle)}
            lead={t.styleLead}
            onChange={props.onChange}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  )
}
