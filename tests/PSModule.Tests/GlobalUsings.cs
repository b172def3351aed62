// xunit in every file, as in the other test projects.

global using Xunit;
