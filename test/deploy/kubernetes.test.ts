/** The manifests, as far as they can be checked without Kubernetes. */
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseConfig } from "../../src/config/config.ts";
import { metricsText } from "../../src/telemetry/figures/exposition.ts";
import { readImage } from "../helpers/container-process.ts";
import { root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { fullFigures, queueStats } from "../helpers/figures.ts";

const folder = new URL("deploy/kubernetes/", root);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

const models = {
  ...{ Deployment, HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget },
  ...{ PodMonitor, Service },
};
type Kind = keyof typeof models;

const manifests = ["manycore.yaml", "autoscaling.yaml", "pod-monitor.yaml"].flatMap((name) =>
  parseAllDocuments(read(name)).map((document) => document.toJS() as Manifest),
);
const kinds = manifests.map(({ kind }) => ({ kind: kind as Kind }));

function manifestOf(kind: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`There is no ${kind}`);
  return found;
}

test.each(kinds)("the $kind fits the schema of Kubernetes", ({ kind }) => {
  const given = manifestOf(kind);
  const model = new models[kind](given as never);
  expect(model.apiVersion).toBe(given.apiVersion);
  model.validate();
});

test("no manifest has a field that Kubernetes does not know", () => {
  // The schemas allow unknown fields. The types do not, where a manifest is written out.
  expect(typeErrors(manifests)).toEqual([]);
  const deployment = JSON.stringify(manifestOf("Deployment"));
  const mistyped = JSON.parse(
    deployment.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"),
  );
  expect(typeErrors([mistyped])).toEqual([expect.stringContaining("readOnlyRootFileSystem")]);
});

/** What tsc says of the manifests as literals of their types. */
function typeErrors(given: readonly Manifest[]): string[] {
  using place = new Folder();
  symlinkSync(fileURLToPath(new URL("node_modules", root)), place.file("node_modules"));
  const lines = given.map((manifest, index) => {
    const from = `${packageOf(manifest)}/${manifest.kind}`;
    const type = `import("${from}").I${manifest.kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};\n`;
  });
  place.write({ "manifests.ts": lines.join("") });
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", ""];
  const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const options = { encoding: "utf8", cwd: place.path } as const;
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags, "manifests.ts"], options);
  return stdout.split("\n").filter((line) => line.includes("error"));
}

function packageOf({ apiVersion }: Manifest): string {
  const isOurs = !apiVersion.includes("coreos.com");
  return `${isOurs ? "kubernetes-models" : "@kubernetes-models/prometheus-operator"}/${apiVersion}`;
}

const { template } = (manifestOf("Deployment") as unknown as DeploymentLike).spec;
const [container] = template.spec.containers;

interface DeploymentLike {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsUser: number };
        readonly containers: readonly ContainerLike[];
      };
    };
  };
}

interface ContainerLike {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<Record<"limits" | "requests", { readonly cpu: string }>>;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
}

test("the variables are options of the server, and the grace is longer than a drain", () => {
  using place = new Folder();
  place.write({ token: "a-token\n", "redis-password": "a-password\n" });
  const image = readImage(new URL("deploy/docker/Dockerfile", root));
  const own = (container?.env ?? []).map(({ name, value }) => [
    name,
    value?.replace("/etc/manycore", place.path) ?? container?.resources.limits.cpu,
  ]);
  const env = { ...image.env, ...Object.fromEntries(own) } as Record<string, string>;
  const parsed = parseConfig(["serve"], env, 8);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  const { cores, control, drainTimeoutMs, port } = parsed.config;
  expect(cores).toBe(2);
  expect(container?.ports).toEqual([
    { name: "http", containerPort: port },
    { name: "control", containerPort: control.kind === "at" ? control.port : undefined },
  ]);
  expect(template.spec.securityContext.runAsUser).toBe(image.uid);
  const { seconds } = container?.lifecycle.preStop.sleep ?? { seconds: Number.NaN };
  const leastMs = seconds * 1000 + drainTimeoutMs + 5000;
  expect(template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThanOrEqual(leastMs);
});

test("every selector means the servers", () => {
  const text = JSON.stringify(manifests);
  const selectors = [...text.matchAll(/"(?:matchLabels|selector)":(\{"app[^}]*\})/g)];
  expect(selectors).toHaveLength(6);
  for (const [, labels = ""] of selectors) {
    expect(JSON.parse(labels)).toEqual(template.metadata.labels);
  }
});

test("the autoscaler asks for figures that the adapter makes, of metrics that the server has", async () => {
  const adapter = parse(read("prometheus-adapter.yaml")) as AdapterLike;
  const made = adapter.rules.custom.map(({ name }) => name.as);
  const asked = [...read("autoscaling.yaml").matchAll(/metric: \{ name: (\w+) \}/g)];
  expect(asked.map(([, name]) => name)).toEqual(made);
  const shown = await metricsText(fullFigures(), queueStats);
  for (const { seriesQuery, metricsQuery } of adapter.rules.custom) {
    for (const [name] of `${seriesQuery} ${metricsQuery}`.matchAll(/manycore_\w+/g)) {
      expect(shown).toContain(`\n${name}{`);
    }
  }
});

/** Debian's package `prometheus` has it. With CI=true it must be there. */
const isMissing = spawnSync("promtool", ["--version"]).error !== undefined && !process.env["CI"];

test.skipIf(isMissing)("promtool can read the questions of the adapter", () => {
  using place = new Folder();
  const adapter = parse(read("prometheus-adapter.yaml")) as AdapterLike;
  const rules = adapter.rules.custom.map(({ seriesQuery, metricsQuery }, index) => ({
    record: `figure_${index}`,
    expr: metricsQuery
      .replaceAll("<<.Series>>", /^\w+/.exec(seriesQuery)?.[0] ?? "")
      .replaceAll("<<.GroupBy>>", "pod")
      .replaceAll("<<.LabelMatchers>>", 'namespace="one",pod=~"a|b"'),
  }));
  // JSON is YAML, too.
  place.write({ "rules.yml": JSON.stringify({ groups: [{ name: "all", rules }] }) });
  const checked = spawnSync("promtool", ["check", "rules", place.file("rules.yml")]);
  expect(checked.stdout.toString()).toContain("2 rules found");
  expect(checked.status).toBe(0);
});

interface AdapterLike {
  readonly rules: {
    readonly custom: readonly {
      readonly seriesQuery: string;
      readonly metricsQuery: string;
      readonly name: { readonly as: string };
    }[];
  };
}

test("kustomize has every manifest", () => {
  const { resources } = parse(read("kustomization.yaml")) as { readonly resources: string[] };
  expect(resources).toEqual(["manycore.yaml", "autoscaling.yaml", "pod-monitor.yaml"]);
});
