// Validates topics/asyncapi.json, with the schemas that it refers to, by the official parser.
import { Parser, fromFile } from '@asyncapi/parser';

const file = process.argv[2];
const { document, diagnostics } = await fromFile(new Parser(), file).parse();
const errors = diagnostics.filter((each) => each.severity === 0);
for (const each of errors) {
  console.error(`${file}: ${each.path.join('.')}: ${each.message}`);
}
if (!document || errors.length > 0) {
  process.exit(1);
}
console.log(`${file}: ${document.channels().length} channels, ${document.messages().length} messages, no errors`);
