import { z } from 'zod'
import { trustOf } from './http/trust.ts'
import { logLevels } from './log.ts'
import { parseSender, parseSmtpUrl, type Sender, type SmtpSettings } from './smtp-settings.ts'

const quote = (value: unknown): string => JSON.stringify(value).slice(0, 60)

function numberFrom(least: number, most: number): z.ZodType<number> {
  return z.string().transform((text, context) => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    context.addIssue(`expected a whole number from ${least} to ${most}, and got ${quote(text)}`)
    return z.NEVER
  })
}

function oneOf<const T extends string>(values: readonly T[]): z.ZodEnum<{ [V in T]: V }> {
  return z.enum(values, {
    error: ({ input }) => `expected ${values.join(' or ')}, and got ${quote(input)}`,
  })
}

/** Of a service; a password may be in it: it is never quoted. */
function serviceUrl(protocol: RegExp, example: string): z.ZodType<string> {
  return z.string().refine((text) => URL.canParse(text) && protocol.test(new URL(text).protocol), {
    error: `expected an address like ${example}`,
  })
}

/** What a node of several may do; one alone does it all. */
export const roles = ['ingest', 'live', 'api', 'archive', 'alerts'] as const
export type NodeRole = (typeof roles)[number]

const roleList = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim())
  const known = roles.filter((role) => names.includes(role))
  if (known.length === new Set(names).size) return new Set<NodeRole>(known)
  context.addIssue(`expected some of ${roles.join(', ')} with commas, and got ${quote(text)}`)
  return z.NEVER
})

/** A password may be in it: it is never quoted. */
const smtpUrl = z.string().transform((text, context) => {
  const parsed = parseSmtpUrl(text)
  if (parsed.ok) return parsed.settings
  context.addIssue(parsed.problem)
  return z.NEVER
})

const sender = z.string().transform((text, context) => {
  const parsed = parseSender(text)
  if (parsed !== undefined) return parsed
  context.addIssue(`expected Name <name@host.example>, and got ${quote(text)}`)
  return z.NEVER
})

/**
 * Settings of `ccr serve`, by the name of their variable (docs/configuration.md). `--data`, `--port` and
 * `--host` are the flags of CCR_DATA, CCR_PORT and CCR_HOST.
 */
const settingsSchema = z.object({
  CCR_DATA: z.string().min(1).default('./data'),
  CCR_PORT: numberFrom(0, 65_535).default(8080),
  CCR_HOST: z.string().min(1).default('127.0.0.1'),
  CCR_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'expected an address like https://captions.example' })
    .optional(),
  CCR_CONTACT: z
    .union(
      [
        z.email().transform((address) => `mailto:${address}`),
        z.url({ protocol: /^(?:https?|mailto)$/ }),
      ],
      { error: 'expected an e-mail address, or an address like https://captions.example/about' },
    )
    .optional(),
  CCR_SOURCE_URL: z
    .url({ protocol: /^https?$/, error: 'expected an address like https://code.example/ccr' })
    .optional(),
  CCR_TRUST_PROXY: z.string().min(1).optional(),
  CCR_TLS_CERT: z.string().min(1).optional(),
  CCR_TLS_KEY: z.string().min(1).optional(),
  CCR_ACCESS: oneOf(['public', 'private']).default('public'),
  CCR_SIGN_IN: oneOf(['optional', 'required']).default('optional'),
  CCR_SIGN_UP: oneOf(['open', 'invitation']).default('invitation'),
  CCR_RATE_LIMIT: z
    .union([z.literal('off'), numberFrom(1, 1_000_000)], {
      error: ({ input }) =>
        `expected off or requests a minute, such as 600, and got ${quote(input)}`,
    })
    .default(600),
  CCR_SOCKETS_PER_ADDRESS: numberFrom(1, 1_000_000).default(50),
  CCR_SOCKETS_PER_TOKEN: numberFrom(1, 1_000_000).default(1000),
  CCR_SMTP_URL: smtpUrl.optional(),
  CCR_MAIL_FROM: sender.optional(),
  CCR_WEBHOOK_ALLOW_PRIVATE: oneOf(['yes', 'no']).default('no'),
  CCR_REDIS_URL: serviceUrl(/^rediss?:$/, 'redis://:password@host:6379').optional(),
  CCR_DATABASE_URL: serviceUrl(
    /^postgres(?:ql)?:$/,
    'postgres://user:password@host:5432/ccr',
  ).optional(),
  CCR_S3_URL: serviceUrl(/^https?:$/, 'https://s3.eu-central-1.example').optional(),
  CCR_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  CCR_S3_REGION: z.string().min(1).default('us-east-1'),
  CCR_S3_ACCESS_KEY: z.string().min(1).optional(),
  CCR_S3_SECRET_KEY: z.string().min(1).optional(),
  CCR_ARCHIVE_INTERVAL: numberFrom(1, 600).default(2),
  CCR_ROLES: roleList.default(new Set(roles)),
  CCR_LOG_LEVEL: oneOf(logLevels).default('info'),
  CCR_DRAIN_SECONDS: numberFrom(0, 600).default(5),
})

/** Settings that may be in a file instead, named by the same variable with `_FILE`. */
export const secretSettings = [
  'CCR_SMTP_URL',
  'CCR_REDIS_URL',
  'CCR_DATABASE_URL',
  'CCR_S3_ACCESS_KEY',
  'CCR_S3_SECRET_KEY',
] as const

/** The names, for whoever must tell a setting from a misspelling. */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape)

/** Where nodes keep what they share. */
export interface ScaleOut {
  readonly redisUrl: string
  readonly databaseUrl: string
  /** Of original bytes; null = PostgreSQL keeps them. */
  readonly s3: {
    readonly url: string
    readonly bucket: string
    readonly region: string
    readonly accessKey: string
    readonly secretKey: string
  } | null
  /** How often what was received is moved into PostgreSQL. */
  readonly archiveEveryMs: number
}

export interface Config {
  readonly dataDir: string
  readonly port: number
  readonly host: string
  /** Where people reach this server; null = where it listens. */
  readonly publicUrl: string | null
  /** What the foot of the pages names: `mailto:` or `http(s):`; null = nobody, nothing. */
  readonly contact: string | null
  readonly source: string | null
  /** Whose X-Forwarded-For is believed: true, addresses, or a number of hops. */
  readonly trustProxy: boolean | string | number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** What a new channel is unless its creator says otherwise. */
  readonly access: 'public' | 'private'
  /** Nothing is shown to those who do not sign in, whatever a channel says. */
  readonly mustSignIn: boolean
  /** Whether whoever has a mail address may have an account, or those who are invited. */
  readonly signUp: 'open' | 'invitation'
  /** Requests a minute and address for readers without credentials; null = no limit. */
  readonly requestsPerMinute: number | null
  readonly socketsPerAddress: number
  readonly socketsPerToken: number
  /** Where letters go, and whose they are; null = into the outbox. */
  readonly mail: { readonly smtp: SmtpSettings; readonly from: Sender } | null
  /** Whether notifications may be posted to private addresses and any port. */
  readonly webhookAllowPrivate: boolean
  /** null = all is kept in the data folder, by this one node. */
  readonly scaleOut: ScaleOut | null
  readonly roles: ReadonlySet<NodeRole>
  readonly logLevel: (typeof logLevels)[number]
  /** How long live connections get to end by themselves when the server stops. */
  readonly drainMs: number
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  /** One sentence a problem, by name, without secrets. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** Applies defaults and checks everything, so that all problems are told at once. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = settingsSchema.safeParse(given)
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    }
  const s = parsed.data
  const trustProxy = parseTrustProxy(s.CCR_TRUST_PROXY)
  if (!isTrust(trustProxy))
    return {
      ok: false,
      problems: [
        `CCR_TRUST_PROXY: expected addresses or networks with commas, a number of hops, or on, and got ${quote(s.CCR_TRUST_PROXY)}`,
      ],
    }
  const tls =
    s.CCR_TLS_CERT !== undefined && s.CCR_TLS_KEY !== undefined
      ? { certFile: s.CCR_TLS_CERT, keyFile: s.CCR_TLS_KEY }
      : null
  if (tls === null && (s.CCR_TLS_CERT ?? s.CCR_TLS_KEY) !== undefined)
    return { ok: false, problems: ['CCR_TLS_CERT and CCR_TLS_KEY: one is set without the other'] }
  const { CCR_SMTP_URL: smtp, CCR_MAIL_FROM: from } = s
  if (smtp !== undefined && from === undefined)
    return {
      ok: false,
      problems: ['CCR_MAIL_FROM: expected the address that mail is from, as CCR_SMTP_URL is set'],
    }
  const scaleOut = scaleOutOf(s)
  if (typeof scaleOut === 'string') return { ok: false, problems: [scaleOut] }
  if (scaleOut === null && s.CCR_ROLES.size < roles.length)
    return {
      ok: false,
      problems: [
        'CCR_ROLES: expected CCR_REDIS_URL and CCR_DATABASE_URL too, as a node alone has every role',
      ],
    }
  return {
    ok: true,
    config: {
      scaleOut,
      roles: s.CCR_ROLES,
      dataDir: s.CCR_DATA,
      port: s.CCR_PORT,
      host: s.CCR_HOST,
      publicUrl: s.CCR_PUBLIC_URL ?? null,
      contact: s.CCR_CONTACT ?? null,
      source: s.CCR_SOURCE_URL ?? null,
      trustProxy,
      tls,
      access: s.CCR_ACCESS,
      mustSignIn: s.CCR_SIGN_IN === 'required',
      signUp: s.CCR_SIGN_UP,
      requestsPerMinute: s.CCR_RATE_LIMIT === 'off' ? null : s.CCR_RATE_LIMIT,
      socketsPerAddress: s.CCR_SOCKETS_PER_ADDRESS,
      socketsPerToken: s.CCR_SOCKETS_PER_TOKEN,
      mail: smtp === undefined || from === undefined ? null : { smtp, from },
      webhookAllowPrivate: s.CCR_WEBHOOK_ALLOW_PRIVATE === 'yes',
      logLevel: s.CCR_LOG_LEVEL,
      drainMs: s.CCR_DRAIN_SECONDS * 1000,
    },
  }
}

/** A string says what is wrong. */
function scaleOutOf(s: z.infer<typeof settingsSchema>): ScaleOut | string | null {
  const { CCR_REDIS_URL: redisUrl, CCR_DATABASE_URL: databaseUrl } = s
  const { CCR_S3_URL: url, CCR_S3_BUCKET: bucket, CCR_S3_REGION: region } = s
  const { CCR_S3_ACCESS_KEY: accessKey, CCR_S3_SECRET_KEY: secretKey } = s
  const given = [url, bucket, accessKey, secretKey].filter((value) => value !== undefined)
  if (redisUrl === undefined || databaseUrl === undefined) {
    if ((redisUrl ?? databaseUrl) !== undefined)
      return 'CCR_REDIS_URL and CCR_DATABASE_URL: one is set without the other'
    if (given.length === 0) return null
    return 'CCR_S3_…: expected CCR_REDIS_URL and CCR_DATABASE_URL too'
  }
  const archiveEveryMs = s.CCR_ARCHIVE_INTERVAL * 1000
  const shared = { redisUrl, databaseUrl, archiveEveryMs }
  if (
    url === undefined ||
    bucket === undefined ||
    accessKey === undefined ||
    secretKey === undefined
  )
    return given.length === 0
      ? { ...shared, s3: null }
      : 'CCR_S3_URL, CCR_S3_BUCKET, CCR_S3_ACCESS_KEY and CCR_S3_SECRET_KEY: some are set without the others'
  return { ...shared, s3: { url, bucket, region, accessKey, secretKey } }
}

function isTrust(trust: boolean | string | number): boolean {
  try {
    trustOf(trust)
    return true
  } catch {
    // The only error there is: what stands there is no address.
    return false
  }
}

function parseTrustProxy(value: string | undefined): boolean | string | number {
  if (value === undefined || value === 'false' || value === 'off') return false
  if (value === 'true' || value === 'on') return true
  return /^[0-9]+$/.test(value) ? Number(value) : value
}
