import { request as plain } from 'node:http'
import { request as secure } from 'node:https'

/** Ends with 0 while the server of this container can store and read: the image's HEALTHCHECK. */

const { CCR_PORT = '8080', CCR_TLS_CERT = '' } = process.env
const withinMs = 4000

const ask =
  CCR_TLS_CERT === ''
    ? plain
    : // The certificate is for the name that readers use, which is not this one.
      (url: string) => secure(url, { rejectUnauthorized: false })

const request = ask(`${CCR_TLS_CERT === '' ? 'http' : 'https'}://127.0.0.1:${CCR_PORT}/readyz`)
request.setTimeout(withinMs, () => request.destroy(new Error(`no answer within ${withinMs} ms`)))
request.on('error', (error) => end(1, error.message))
request.on('response', (response) => {
  let said = ''
  response.setEncoding('utf8').on('data', (text: string) => (said += text))
  response.on('end', () => end(response.statusCode === 200 ? 0 : 1, said))
})
request.end()

/** What is written is what `docker inspect` shows of the last checks. */
function end(code: number, said: string): never {
  process.stdout.write(`${said}\n`)
  process.exit(code)
}
