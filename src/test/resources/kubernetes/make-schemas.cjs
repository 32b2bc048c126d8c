// Prints schemas.json, from two directories: node_modules with kubernetes-models, and the CRDs of Strimzi. See README.md.
const fs = require('fs');
const Module = require('module');
const path = require('path');

const [modules, crds] = process.argv.slice(2).map((each) => path.resolve(each));
const yaml = require(path.join(modules, 'js-yaml'));
const KINDS = {
  'apps/v1/StatefulSet': 'IoK8sApiAppsV1StatefulSet',
  'apps/v1/Deployment': 'IoK8sApiAppsV1Deployment',
  'v1/Service': 'IoK8sApiCoreV1Service',
  'v1/ServiceAccount': 'IoK8sApiCoreV1ServiceAccount',
  'policy/v1/PodDisruptionBudget': 'IoK8sApiPolicyV1PodDisruptionBudget',
  'networking.k8s.io/v1/NetworkPolicy': 'IoK8sApiNetworkingV1NetworkPolicy',
};

// The package registers its schemas with a validator; this collects them instead.
const schemas = {};
const load = Module._load;
Module._load = (request, ...rest) =>
  request === '@kubernetes-models/validate'
    ? { register: (id, schema) => (schemas[id] = schema) }
    : load(request, ...rest);
for (const file of Object.values(KINDS)) {
  require(path.join(modules, 'kubernetes-models/_schemas', file + '.js')).addSchema();
}
const ids = Object.fromEntries(Object.keys(schemas).map((id) => ['io' + id.slice(3).replace(/\./g, '').toLowerCase(), id]));

// Without texts, and strict: an object with listed properties has no others.
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const result = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['description', 'format', 'nullable', 'x-kubernetes-preserve-unknown-fields'].includes(key)) continue;
    if (key === '$ref') result[key] = '#/$defs/' + value.replace(/#$/, '');
    else if (key === 'properties') result[key] = Object.fromEntries(Object.entries(value).map(([name, of]) => [name, strict(of)]));
    else result[key] = ['enum', 'required'].includes(key) ? value : strict(value);
  }
  if (schema.nullable && result.type) result.type = [result.type, 'null'];
  const open = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'];
  if (schema.properties && !open) result.additionalProperties = false;
  return result;
}

const kinds = {};
for (const [kind, file] of Object.entries(KINDS)) kinds[kind] = { $ref: '#/$defs/' + ids[file.toLowerCase()] };
for (const file of fs.readdirSync(crds).sort()) {
  const crd = yaml.load(fs.readFileSync(path.join(crds, file), 'utf8')).spec;
  const schema = strict(crd.versions.find((version) => version.name === 'v1').schema.openAPIV3Schema);
  schema.properties.metadata = { $ref: '#/$defs/' + ids.iok8sapimachinerypkgapismetav1objectmeta };
  kinds[`${crd.group}/v1/${crd.names.kind}`] = schema;
}

const lines = (map) => Object.entries(map).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n');
const defs = Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, strict(schema)]));
process.stdout.write(`{
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$defs": {
${lines({ ...kinds, ...defs })}
}
}
`);
