// Only the tests' own process is covered. The processes that tests start would write their coverage too, and c8 then
// counts code as missed that they load and do not use, though the tests themselves run it.
delete process.env['NODE_V8_COVERAGE']
