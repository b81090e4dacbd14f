import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runEngine } from './engine.ts'

/** nginx with nchan (Debian: nginx, libnginx-mod-nchan): this process publishes, and only nginx is counted. */
const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = probe.address() as AddressInfo
probe.close()
const folder = await mkdtemp(path.join(tmpdir(), 'ccr-nchan-'))
await writeFile(
  path.join(folder, 'nginx.conf'),
  `load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log error;
events { worker_connections 24000; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server {
    listen 127.0.0.1:${port};
    location ~ ^/pub/(.+)$ { nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 10; }
    location = /sub { nchan_subscriber websocket; nchan_channel_id $arg_a $arg_b $arg_c $arg_d; nchan_subscriber_first_message newest; }
  }
}
`,
)
const nginx = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], {
  stdio: 'inherit',
})
process.once('exit', () => nginx.kill())
process.once('SIGTERM', () => process.exit())
await new Promise((resolve) => setTimeout(resolve, 500))
const master = Number(readFileSync(path.join(folder, 'pid'), 'utf8'))
const workers = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8')
  .trim()
  .split(' ')
  .map(Number)
const agent = new Agent({ keepAlive: true, maxSockets: 4 })

runEngine({
  port,
  pids: [master, ...workers],
  publish(_channel, update) {
    const post = request({
      port,
      host: '127.0.0.1',
      agent,
      method: 'POST',
      path: `/pub/${update.channel}`,
    })
    post.on('response', (response) => response.resume())
    post.on('error', (error) => console.error(error.message))
    post.end(JSON.stringify(update))
  },
})
