// What the module costs, in the real engine against a node of this machine: import, one request beside the
// same request by HttpClient, keys piped in, keys streamed out. Prints one line a figure.
// usage: PSModule.Bench MODULE KVNODE FOLDER

using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text;

var (module, kvnode, folder) = (args[0], args[1], args[2]);
const int Requests = 2_000;
const int Piped = 10_000;
const int Streamed = 100_000;

// The first import loads the engine's parts too; a person has those when the prompt is there.
using var warm = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
warm.Open();
Run(warm, "Get-Command Get-Help | Out-Null; Get-Help Get-Command | Out-Null");
var elapsed = Stopwatch.StartNew();
Run(warm, "Import-Module $a", module);
Show("import", elapsed.Elapsed.TotalMilliseconds, "ms");

Run(warm, "$env:KVNODE = $b; New-KvCluster bench -Count 1 -Path $c | Start-KvNode; $connection = Connect-KvCluster", module, kvnode, folder);
try
{
    var url = (string)Run(warm, "$connection.Endpoint[0]")[0].BaseObject;
    await OneRequest(url);
    PipedIn();
    StreamedOut();
}
finally
{
    Run(warm, "Remove-KvCluster -Path $a -Force -Confirm:$false", folder);
}

async Task OneRequest(string url)
{
    Run(warm, "Set-KvKey one value");
    var body = $"{{\"key\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes("one"))}\"}}";
    using var http = new HttpClient();
    var raw = new List<double>();
    var own = new List<double>();
    using var shell = PowerShell.Create(warm);
    shell.AddScript("""
        param([System.Collections.Generic.List[double]] $times, [int] $count)
        for ($i = 0; $i -lt $count; $i++) {
            $start = [System.Diagnostics.Stopwatch]::GetTimestamp()
            $null = Get-KvKey one
            $times.Add([System.Diagnostics.Stopwatch]::GetElapsedTime($start).TotalMilliseconds)
        }
        """).AddArgument(own).AddArgument(Requests);
    for (var round = 0; round < 2; round++)
    {
        raw.Clear();
        own.Clear();
        for (var i = 0; i < Requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(url + "/v3/kv/range"), content);
            await answer.Content.ReadAsStringAsync();
            raw.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        shell.Invoke();
    }

    Show("one read by HttpClient, median", Median(raw), "ms");
    Show("Get-KvKey, median", Median(own), "ms");
    Show("its overhead", Median(own) - Median(raw), "ms");
}

void PipedIn()
{
    var objects = $"1..{Piped} | ForEach-Object {{ [pscustomobject]@{{ Key = \"in/$_\"; Value = \"value $_\" }} }}";
    elapsed.Restart();
    Run(warm, $"{objects} | Set-KvKey");
    Show($"{Piped} objects into Set-KvKey", elapsed.Elapsed.TotalSeconds, "s");
    elapsed.Restart();
    Run(warm, $"{objects} | Set-KvKey -Batch 100");
    Show($"{Piped} objects into Set-KvKey -Batch 100", elapsed.Elapsed.TotalSeconds, "s");
}

void StreamedOut()
{
    Run(warm, $"1..{Streamed} | ForEach-Object {{ [pscustomobject]@{{ Key = \"out/$_\"; Value = 'x' * 100 }} }} | Set-KvKey -Batch 100");
    for (var round = 0; round < 2; round++)
    {
        GC.Collect();
        var (before, most) = (GC.GetTotalMemory(true), 0L);
        using var shell = PowerShell.Create(warm);
        shell.AddScript("Get-KvKey out/ -Prefix | ForEach-Object { $seen = 0 } { $seen++; if ($seen -eq 1 -or $seen % 10000 -eq 0) { $seen } }");
        using var output = new PSDataCollection<PSObject>();
        var first = TimeSpan.Zero;
        elapsed.Restart();
        output.DataAdded += (_, _) =>
        {
            first = first == TimeSpan.Zero ? elapsed.Elapsed : first;
            most = Math.Max(most, GC.GetTotalMemory(true) - before);
        };
        shell.Invoke<PSObject, PSObject>(null, output, null);
        if (round == 1)
        {
            Show("first of 100,000 keys after", first.TotalMilliseconds, "ms");
            Show("all of them after", elapsed.Elapsed.TotalSeconds, "s");
            Show("most memory held meanwhile", most / 1048576.0, "MiB");
        }
    }
}

static IReadOnlyList<PSObject> Run(Runspace runspace, string script, params object[] values)
{
    for (var i = 0; i < values.Length; i++)
    {
        runspace.SessionStateProxy.SetVariable(((char)('a' + i)).ToString(), values[i]);
    }

    using var shell = PowerShell.Create(runspace);
    var output = shell.AddScript(script).Invoke();
    return shell.HadErrors ? throw new InvalidOperationException(string.Join("; ", shell.Streams.Error)) : output;
}

static double Median(List<double> values)
{
    var sorted = values.Order().ToList();
    return sorted[sorted.Count / 2];
}

static void Show(string name, double value, string unit) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-42} {value,9:0.00} {unit}"));
