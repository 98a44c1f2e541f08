#!lua flags=allow-oom
-- complete: settle up to 100 running items as succeeded.
--
-- KEYS     item:<id> of each, then ready, generation     (real keys: a moving Cluster slot refuses)
--          also touched: processing:<worker>, leases, results, queue:*, fed, conf
-- ARGV[1]  prefix, e.g. "harmonizer:"
-- ARGV[2…] per item: claim id, result (JSON, at most 16 KiB, no patient value)
--
-- Returns per item "ok"; "again" when this claim had completed it already; "stale" when the
-- claim is not the current one (nothing is written). Calling it twice is the same as calling it
-- once. A completion wins over a cancel that was only wanted. A result that is no JSON
-- or larger than 16 KiB fails the whole call with BADRESULT, before anything is written.
-- Vectors: contract/vectors/complete.json
-- include: names clock item head events held ends

if bad_results(2) then
  return redis.error_reply('BADRESULT a result is no JSON or larger than 16 KiB')
end
local answers = complete_all(2)
if #ended > 0 then
  redis.call('LPUSH', P .. 'results', unpack(events))
-- include: feed
  feed()
end
return answers
