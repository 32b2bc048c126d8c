<#-- THIRD-PARTY-LICENSES of the archives. dependencyMap: the projects with the names of their licences. -->
The libraries of both archives, one a line: file, licence, home page. One with several licences may be used under any
of them. Apache-2.0 is the file LICENSE beside this one. The text of another licence, with the notices of its authors,
is in the library, or in the directory licenses if the library contains none.

<#list dependencyMap as e>
<#assign p = e.getKey()/>
${p.artifactId}-${p.version}.jar  ${e.getValue()?join(" or ")}  ${p.url!"-"}
</#list>
