import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { temporaryFolder, until } from './processes.ts'

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
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${at(name)};`)
    .join(' ')
  writeFileSync(
    at('nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; worker_processes 1; pid ${at('pid')}; error_log ${at('error.log')} warn;
events { worker_connections 100; }
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${at('cert.pem')}; ssl_certificate_key ${at('key.pem')};
    location /captions/ { proxy_pass ${target}/; ${directives} }
  }
}
`,
  )
  const nginx = spawn('nginx', ['-p', folder.path, '-c', at('nginx.conf')], { stdio: 'ignore' })
  await until('nginx', () => listens(port))
  return {
    url: `https://127.0.0.1:${port}/captions`,
    certificate: at('cert.pem'),
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
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
