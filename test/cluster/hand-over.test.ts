import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const flags = ["--workers", "2", "--tasks", tasks, "--hand-over", "on", "--log-level", "error"];

interface Answer {
  readonly status: number | undefined;
  readonly body: {
    readonly worker?: number;
    readonly pid?: number;
    readonly type?: string;
    readonly run?: { readonly worker: number; readonly pid: number };
  };
}

/** Sends requests of one client, over its one connection. */
type Client = (path: string, input?: unknown) => Promise<Answer>;

/** Clients whose connections all landed on worker 1, which knows by now how long `spin` takes. */
async function clientsOfWorkerOne(server: ServerProcess, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const client: Client = (path, input) => send(server, agent, path, input);
    if ((await client("/")).body.worker === 1) clients.push(client);
    else agent.destroy();
  }
  await clients[0]?.("/tasks/spin", { ms: 20 });
  return clients;
}

function send(server: ServerProcess, agent: Agent, path: string, input?: unknown): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { "content-type": "application/json", accept: "application/json" };
  const method = input === undefined ? "GET" : "POST";
  const sent = request(new URL(path, server.url), { agent, method, headers }, (response) => {
    json(response).then((body) => {
      resolve({ status: response.statusCode, body: body as Answer["body"] });
    }, reject);
  });
  sent.on("error", reject).end(input === undefined ? undefined : JSON.stringify(input));
  return promise;
}

test("clients whose connections all landed on one worker use them all", async () => {
  await using server = await ServerProcess.start(flags);
  const clients = await clientsOfWorkerOne(server, 4);
  const answers = await Promise.all(clients.map((client) => client("/tasks/spin", { ms: 200 })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.run?.worker))).toEqual(new Set([1, 2]));
  const pids = new Set(answers.map(({ body }) => body.run?.pid));
  expect(pids).toEqual(new Set(await server.workers()));
});

test("without --hand-over they use one", async () => {
  await using server = await ServerProcess.start([...flags, "--hand-over", "off"]);
  const clients = await clientsOfWorkerOne(server, 4);
  const answers = await Promise.all(clients.map((client) => client("/tasks/spin", { ms: 100 })));
  expect(new Set(answers.map(({ body }) => body.run?.worker))).toEqual(new Set([1]));
});

test("if the borrower is killed in the middle of a run, its client is told, and the server goes on", async () => {
  await using server = await ServerProcess.start(flags);
  const [holding, ...others] = await clientsOfWorkerOne(server, 3);
  const { pid: own } = (await holding?.("/"))?.body ?? {};
  const borrower = (await server.workers()).find((pid) => pid !== own) as number;
  const held = holding?.("/tasks/spin", { ms: 1000 });
  await server.printed(/(spinning.*){2}/s); // The second one: these requests wait for its end.
  const running = Promise.all(others.map((client) => client("/tasks/spin", { ms: 2000 })));
  await server.printed(new RegExp(`spinning in ${borrower}`));
  process.kill(borrower, "SIGKILL");
  const answers = await running;
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
  const lost = answers.find(({ status }) => status === 500);
  expect(lost?.body.type).toBe("/problems/worker-lost");
  expect((await held)?.status).toBe(200);
  expect((await holding?.("/tasks/spin", { ms: 1 }))?.status).toBe(200);
});
