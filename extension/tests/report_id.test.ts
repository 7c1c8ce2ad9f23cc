import assert from "node:assert/strict";
import { test } from "node:test";
import { reportId } from "../src/report_id.ts";

test("Ids differ and sort as they were made", () => {
  const ids = Array.from({ length: 1000 }, reportId);
  assert.equal(new Set(ids).size, 1000);
  assert.deepEqual([...ids].sort(), ids);
  assert.ok(ids.every((id) => /^[0-9a-f]{32}$/.test(id)));
});
