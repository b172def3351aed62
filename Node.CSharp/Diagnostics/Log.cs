// Every log message of the node is a source-generated method of this class, in one partial file an
// area, so that ids stay unique and texts can be searched. Nothing secret is ever a parameter.
namespace Kv.Node.Diagnostics;

/// <summary>The node's log messages. Event ids by area: 100 start and stop, 200 engine, 300 log and
/// snapshots on disk, 400 peers, 500 client services.</summary>
internal static partial class Log
{
}
