import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { freePort } from './free-port.ts'
import { temporaryFolder, until, type Folder } from './processes.ts'

/** A key and a certificate for localhost, as PEM files of that folder. */
export function makeCertificate(folder: string): {
  readonly key: string
  readonly certificate: string
} {
  const key = path.join(folder, 'key.pem')
  const certificate = path.join(folder, 'cert.pem')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...[
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'ignore' },
  )
  return { key, certificate }
}

export const hasOpenssl = spawnSync('openssl', ['version']).error === undefined
export const hasNginx = spawnSync('nginx', ['-v']).error === undefined

export interface Nginx extends AsyncDisposable {
  readonly url: string
  readonly certificate: string
}

/** A real nginx before `target`, under /captions/ and with TLS, with its own defaults and these directives. */
export async function startNginx(target: string, directives: string): Promise<Nginx> {
  const folder = await temporaryFolder()
  const at = (name: string): string => path.join(folder.path, name)
  makeCertificate(folder.path)
  const port = await freePort()
  writeFileSync(
    at('nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; worker_processes 1; pid ${at('pid')}; error_log ${at('error.log')} warn;
events { worker_connections 100; }
http {
  access_log off; ${temporaryPaths(folder.path)}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${at('cert.pem')}; ssl_certificate_key ${at('key.pem')};
    location /captions/ { proxy_pass ${target}/; ${directives} }
  }
}
`,
  )
  return runNginx(folder, `https://127.0.0.1:${port}/captions`, port)
}

/**
 * The nginx of deploy/nginx before `target` (HOST:PORT), with what a test has to put in place of names and ports. A name is
 * asked for at `resolver` (ADDRESS:PORT); an address needs none.
 */
export async function startShippedNginx(target: string, resolver = '127.0.0.11'): Promise<Nginx> {
  const folder = await temporaryFolder()
  makeCertificate(folder.path)
  const [plain, secure] = [await freePort(), await freePort()]
  let text = readFileSync('deploy/nginx/nginx.conf', 'utf8')
  for (const [shipped, here] of [
    ['pid /run/nginx.pid;', `daemon off; pid ${folder.path}/pid;`],
    ['error_log stderr warn;', `error_log ${folder.path}/error.log warn;`],
    ['include mime.types;', temporaryPaths(folder.path)],
    ['certificates/fullchain.pem', `${folder.path}/cert.pem`],
    ['certificates/privkey.pem', `${folder.path}/key.pem`],
    ['listen 80 default_server;', `listen 127.0.0.1:${plain} default_server;`],
    ['listen 443 ssl default_server;', `listen 127.0.0.1:${secure} ssl default_server;`],
    ['set $ccr ccr:8080;', `set $ccr ${target};`],
    ['resolver 127.0.0.11 ', `resolver ${resolver} `],
    // As older ones, that Debian 12 has, spell it.
    ...(knowsHttp2() ? [] : [['http2 on;', ''] as const]),
  ] as const) {
    if (text.split(shipped).length !== 2) throw new Error(`once in deploy/nginx: ${shipped}`)
    text = text.replace(shipped, () => here)
  }
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''
  writeFileSync(path.join(folder.path, 'nginx.conf'), `${user}${text}`)
  return runNginx(folder, `https://127.0.0.1:${secure}`, secure)
}

async function runNginx(folder: Folder, url: string, port: number): Promise<Nginx> {
  const at = (name: string): string => path.join(folder.path, name)
  const nginx = spawn('nginx', ['-p', folder.path, '-c', at('nginx.conf')], { stdio: 'ignore' })
  await until('nginx', () => listens(port))
  return {
    url,
    certificate: at('cert.pem'),
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** `http2 on` came with 1.25.1. */
function knowsHttp2(): boolean {
  const [, minor = 0, patch = 0] =
    /nginx\/1\.(\d+)\.(\d+)/
      .exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr)
      ?.map(Number) ?? []
  return minor > 25 || (minor === 25 && patch >= 1)
}

function temporaryPaths(folder: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${path.join(folder, name)};`)
    .join(' ')
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Not yet.
    return false
  } finally {
    socket.destroy()
  }
}
