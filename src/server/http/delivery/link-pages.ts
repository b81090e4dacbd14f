import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DestinationService } from '../../core/delivery/destination-service.ts'
import { linkWordsOf, type LinkWords } from './link-words.ts'
import type { DestinationRecord } from '../../ports/delivery.ts'
import { linkPagePolicy, writeLinkPage, type LinkPage } from './link-page.ts'

/** Bodies of these are a word or two. */
const maxBodyBytes = 4096

type Request = FastifyRequest<{ Params: { token: string } }>
type Content = Omit<LinkPage, 'locale' | 'home'>

/**
 * What links in letters lead to. To look changes nothing, as programs look at every link of a letter; the button does, and
 * so does what RFC 8058 lets a mail program post by itself. Whoever holds the link may: nobody signs in here.
 */
export function registerLinkPages(
  app: FastifyInstance,
  { destinations }: { readonly destinations: DestinationService },
): void {
  app.addContentTypeParser(
    ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'],
    { parseAs: 'string', bodyLimit: maxBodyBytes },
    (_request, body, done) => done(null, body),
  )

  const stops = {
    unsubscribe: { wants: 'stop', words: 'stop', button: 'stopButton', done: 'stopped' },
    mute: { wants: 'mute', words: 'mute', button: 'muteButton', done: 'muted' },
  } as const
  for (const [name, { wants, words: about, button, done }] of Object.entries(stops)) {
    const url = `/${name}/:token`
    app.get(url, { schema: { hide: true } }, async (request: Request, reply) => {
      const words = wordsFor(request)
      const found = await destinations.subscription(request.params.token)
      if (found === undefined) return send(reply, words, invalid(words), 404)
      const { title, ask } = words[about]
      const buttons = [{ does: wants, label: words[button] }]
      return send(reply, words, { title, text: ask(placeOf(found.destination)), buttons })
    })
    app.post(url, { schema: { hide: true } }, async (request: Request, reply) => {
      const words = wordsFor(request)
      if (!(await destinations.stop(request.params.token, wants)))
        return send(reply, words, invalid(words), 404)
      const text = `${words[done]} ${words.undo}`
      return send(reply, words, { title: words[about].title, text, buttons: [] })
    })
  }

  const url = '/confirm-address/:token'
  app.get(url, { schema: { hide: true } }, async (request: Request, reply) => {
    const words = wordsFor(request)
    const found = await destinations.confirmation(request.params.token)
    if (found === undefined) return send(reply, words, invalid(words), 404)
    return send(reply, words, {
      title: words.confirm.title,
      text: words.confirm.ask(placeOf(found)),
      buttons: [
        { does: 'confirm', label: words.confirmButton },
        { does: 'never', label: words.neverButton },
      ],
    })
  })
  app.post(url, { schema: { hide: true } }, async (request: Request, reply) => {
    const words = wordsFor(request)
    const wish = new URLSearchParams(String(request.body)).get('do')
    const wants = wish === 'never' ? 'never' : 'confirm'
    if (!(await destinations.answer(request.params.token, wants)))
      return send(reply, words, invalid(words), 404)
    const text = wants === 'never' ? words.never : words.confirmed
    return send(reply, words, { title: words.confirm.title, text, buttons: [] })
  })
}

function wordsFor(request: FastifyRequest): LinkWords {
  return linkWordsOf(request.headers['accept-language'])
}

function invalid(words: LinkWords): Content {
  return { title: words.invalidTitle, text: words.invalid, buttons: [] }
}

/** An address as far as it may be shown to whoever has the link: the letter's reader knows it. */
function placeOf({ settings, name }: DestinationRecord): string {
  return settings.kind === 'email' ? settings.address : name
}

function send(
  reply: FastifyReply,
  { locale, home }: LinkWords,
  content: Content,
  status = 200,
): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', linkPagePolicy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex')
    .send(writeLinkPage({ locale, home, ...content }))
}
