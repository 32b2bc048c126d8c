<#-- THIRD-PARTY-LICENSES of the archives. dependencyMap: the projects with the names of their licences. -->
The libraries in lib/, one a line: file, licence, home page. A library with several licences may be used under any one
of them. Apache-2.0 is the file LICENSE beside this one. The text of any licence NAME is at
https://spdx.org/licenses/NAME.html; many libraries also contain their own, with the notices of their authors.

<#list dependencyMap as e>
<#assign p = e.getKey()/>
${p.artifactId}-${p.version}.jar  ${e.getValue()?join(" or ")}  ${p.url!"-"}
</#list>
