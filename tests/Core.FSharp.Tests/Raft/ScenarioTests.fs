// The goldens: every file of tests/testdata/raft must read as it runs. Set KV_REWRITE_GOLDENS=1 to
// rewrite them, then review the difference.
namespace Kv.Core.Tests.Raft

open System
open System.IO
open Xunit

type ScenarioTests() =

    /// The goldens' folder in the source tree, found from where the tests run.
    static member private Folder() =
        let rec find (folder: DirectoryInfo) =
            let candidate = Path.Combine(folder.FullName, "tests", "testdata", "raft")

            if Directory.Exists candidate then
                candidate
            else
                find folder.Parent

        find (DirectoryInfo AppContext.BaseDirectory)

    static member Files: TheoryData<string> =
        let files = TheoryData<string>()

        for path in Directory.GetFiles(ScenarioTests.Folder(), "*.txt") |> Array.sort do
            files.Add(Path.GetFileNameWithoutExtension path)

        files

    [<Theory>]
    [<MemberData(nameof ScenarioTests.Files)>]
    member _.``Scenario reads as it runs``(name: string) =
        let path = Path.Combine(ScenarioTests.Folder(), name + ".txt")
        let expected = File.ReadAllText path
        let actual = Golden.replay expected

        if Environment.GetEnvironmentVariable "KV_REWRITE_GOLDENS" = "1" then
            File.WriteAllText(path, actual)
        else
            Assert.Equal(expected, actual)
