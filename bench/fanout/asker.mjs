// Asks a URL at a steady rate, whatever becomes of the answers, and tells how long each took, in ms: from a `start` on the
// IPC channel until a `stop`.
import { Agent, get } from 'node:http'

const [url, perSecond] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })

let times = []
let open = 0
let timer

function ask() {
  const start = performance.now()
  open++
  get(url, { agent }, (response) => {
    response.resume()
    response.on('end', () => {
      times.push(performance.now() - start)
      open--
      tellAtEnd()
    })
  })
}

function tellAtEnd() {
  if (timer !== undefined || open > 0) return
  process.send(times)
  times = []
}

process.on('message', (message) => {
  if (message === 'start') timer = setInterval(ask, 1_000 / perSecond)
  else {
    clearInterval(timer)
    timer = undefined
    tellAtEnd()
  }
})
process.once('disconnect', () => process.exit())
process.send('ready')
