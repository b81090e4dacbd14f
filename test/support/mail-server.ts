import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { until } from './processes.ts'

export interface ReceivedLetter {
  readonly from: string
  readonly to: readonly string[]
  readonly parsed: ParsedMail
  readonly raw: string
  readonly secure: boolean
  readonly user: string | undefined
}

/** What the server says instead of taking a letter. */
export interface Refusal {
  readonly at: 'recipient' | 'data'
  readonly code: number
  readonly says: string
}

export interface MailServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly letters: readonly ReceivedLetter[]
  /** Asked for every recipient and every text. */
  refuse: (at: Refusal['at'], to: string) => Refusal | undefined
  /** Resolves with the n-th letter, from 1. */
  letter(n: number): Promise<ReceivedLetter>
}

/** A real SMTP server on this machine; letters are parsed by another library than the one that wrote them. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const letters: ReceivedLetter[] = []
  const failure = ({ code, says }: Refusal): Error =>
    Object.assign(new Error(says), { responseCode: code })
  const smtp = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo: ({ address }, _session, done) => {
      const refusal = server.refuse('recipient', address)
      done(refusal === undefined ? null : failure(refusal))
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const to = rcptTo.map(({ address }) => address)
        const refusal = server.refuse('data', to[0] ?? '')
        if (refusal !== undefined) {
          done(failure(refusal))
          return
        }
        const raw = Buffer.concat(chunks)
        void simpleParser(raw).then((parsed) => {
          letters.push({
            from: mailFrom === false ? '' : mailFrom.address,
            ...{ to, parsed, raw: raw.toString('utf8'), secure: session.secure },
            user: session.user as string | undefined,
          })
          done(null)
        })
      })
    },
    ...options,
  })
  const sockets = new Set<Socket>()
  smtp.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // A peer that goes away in the middle is the test's doing.
  smtp.on('error', () => undefined)
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  const { port } = smtp.server.address() as AddressInfo
  const server: MailServer = {
    port,
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse: () => undefined,
    async letter(n) {
      await until(`letter ${n}`, () => letters.length >= n)
      const found = letters[n - 1]
      if (found === undefined) throw new Error(`there is no letter ${n}`)
      return found
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => smtp.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return server
}
