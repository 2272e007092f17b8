require ["fileinto", "copy"];

# This is SnappyMail sieve script.
# Please don't change anything here.
# RAINLOOP:SIEVE

/*
BEGIN:FILTER:a1
BEGIN:HEADER
eyJJRCI6ImExIiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IlRlYW0iLCJDb25kaXRpb25zIjpbey
JGaWVsZCI6IkZyb20iLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6InRlYW1AZXhhbXBsZS5v
cmciLCJWYWx1ZVNlY29uZCI6IiJ9XSwiQ29uZGl0aW9uc1R5cGUiOiJBbnkiLCJBY3Rpb25UeX
BlIjoiTW92ZVRvIiwiQWN0aW9uVmFsdWUiOiJTZW50IEl0ZW1zIiwiQWN0aW9uVmFsdWVTZWNv
bmQiOiIiLCJBY3Rpb25WYWx1ZVRoaXJkIjoiIiwiQWN0aW9uVmFsdWVGb3VydGgiOiIiLCJLZW
VwIjp0cnVlLCJTdG9wIjp0cnVlLCJNYXJrQXNSZWFkIjpmYWxzZX0=
END:HEADER
*/

if header :contains ["From"] "team@example.org"
{
    fileinto "Sent Items";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:b2f
BEGIN:HEADER
eyJJRCI6ImIyZiIsIkVuYWJsZWQiOnRydWUsIk5hbWUiOiJCaWxscyBvbiIsIkNvbmRpdGlvbn
MiOlt7IkZpZWxkIjoiU3ViamVjdCIsIlR5cGUiOiJDb250YWlucyIsIlZhbHVlIjoiRmFjdHVy
ZSIsIlZhbHVlU2Vjb25kIjoiIn1dLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvblR5cG
UiOiJGb3J3YXJkIiwiQWN0aW9uVmFsdWUiOiJjYW1pbGxlQGVsc2V3aGVyZS5leGFtcGxlIiwi
QWN0aW9uVmFsdWVTZWNvbmQiOiIiLCJBY3Rpb25WYWx1ZVRoaXJkIjoiIiwiQWN0aW9uVmFsdW
VGb3VydGgiOiIiLCJLZWVwIjp0cnVlLCJTdG9wIjpmYWxzZSwiTWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/

if header :contains ["Subject"] "Facture"
{
    redirect :copy "camille@elsewhere.example";
}

/* END:FILTER */

/*
BEGIN:FILTER:b2
BEGIN:HEADER
eyJJRCI6ImIyIiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IkJpbGxzIiwiQ29uZGl0aW9ucyI6W3
siRmllbGQiOiJTdWJqZWN0IiwiVHlwZSI6IkNvbnRhaW5zIiwiVmFsdWUiOiJGYWN0dXJlIiwi
VmFsdWVTZWNvbmQiOiIifV0sIkNvbmRpdGlvbnNUeXBlIjoiQW55IiwiQWN0aW9uVHlwZSI6Ik
1vdmVUbyIsIkFjdGlvblZhbHVlIjoiQ291cnJpZXIgZW52b3nDqSIsIkFjdGlvblZhbHVlU2Vj
b25kIjoiIiwiQWN0aW9uVmFsdWVUaGlyZCI6IiIsIkFjdGlvblZhbHVlRm91cnRoIjoiIiwiS2
VlcCI6dHJ1ZSwiU3RvcCI6dHJ1ZSwiTWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/

if header :contains ["Subject"] "Facture"
{
    fileinto "Courrier envoyé";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:c3
BEGIN:HEADER
eyJJRCI6ImMzIiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6Ik5ld3MiLCJDb25kaXRpb25zIjpbey
JGaWVsZCI6Ikxpc3QtSWQiLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6Im5ld3MuZXhhbXBs
ZS5vcmciLCJWYWx1ZVNlY29uZCI6IiJ9XSwiQ29uZGl0aW9uc1R5cGUiOiJBbnkiLCJBY3Rpb2
5UeXBlIjoiTW92ZVRvIiwiQWN0aW9uVmFsdWUiOiJMaXN0ZXMiLCJBY3Rpb25WYWx1ZVNlY29u
ZCI6IiIsIkFjdGlvblZhbHVlVGhpcmQiOiIiLCJBY3Rpb25WYWx1ZUZvdXJ0aCI6IiIsIktlZX
AiOnRydWUsIlN0b3AiOnRydWUsIk1hcmtBc1JlYWQiOmZhbHNlfQ==
END:HEADER
*/

if header :contains ["List-Id"] "news.example.org"
{
    fileinto "Listes";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:d4
BEGIN:HEADER
eyJJRCI6ImQ0IiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IlNwYW0iLCJDb25kaXRpb25zIjpbey
JGaWVsZCI6IlgtU3BhbS1GbGFnIiwiVHlwZSI6IkNvbnRhaW5zIiwiVmFsdWUiOiJZRVMiLCJW
YWx1ZVNlY29uZCI6IiJ9XSwiQ29uZGl0aW9uc1R5cGUiOiJBbnkiLCJBY3Rpb25UeXBlIjoiTW
92ZVRvIiwiQWN0aW9uVmFsdWUiOiJTcGFtIiwiQWN0aW9uVmFsdWVTZWNvbmQiOiIiLCJBY3Rp
b25WYWx1ZVRoaXJkIjoiIiwiQWN0aW9uVmFsdWVGb3VydGgiOiIiLCJLZWVwIjp0cnVlLCJTdG
9wIjp0cnVlLCJNYXJrQXNSZWFkIjpmYWxzZX0=
END:HEADER
*/

if header :contains ["X-Spam-Flag"] "YES"
{
    fileinto "Spam";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:e5f
BEGIN:HEADER
eyJJRCI6ImU1ZiIsIkVuYWJsZWQiOnRydWUsIk5hbWUiOiJEb25lIG9uIiwiQ29uZGl0aW9ucy
I6W3siRmllbGQiOiJTdWJqZWN0IiwiVHlwZSI6IkNvbnRhaW5zIiwiVmFsdWUiOiJkb25lIiwi
VmFsdWVTZWNvbmQiOiIifV0sIkNvbmRpdGlvbnNUeXBlIjoiQW55IiwiQWN0aW9uVHlwZSI6Ik
ZvcndhcmQiLCJBY3Rpb25WYWx1ZSI6ImNhbWlsbGVAZWxzZXdoZXJlLmV4YW1wbGUiLCJBY3Rp
b25WYWx1ZVNlY29uZCI6IiIsIkFjdGlvblZhbHVlVGhpcmQiOiIiLCJBY3Rpb25WYWx1ZUZvdX
J0aCI6IiIsIktlZXAiOnRydWUsIlN0b3AiOmZhbHNlLCJNYXJrQXNSZWFkIjpmYWxzZX0=
END:HEADER
*/

if header :contains ["Subject"] "done"
{
    redirect :copy "camille@elsewhere.example";
}

/* END:FILTER */

/*
BEGIN:FILTER:e5
BEGIN:HEADER
eyJJRCI6ImU1IiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IkRvbmUiLCJDb25kaXRpb25zIjpbey
JGaWVsZCI6IlN1YmplY3QiLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6ImRvbmUiLCJWYWx1
ZVNlY29uZCI6IiJ9XSwiQ29uZGl0aW9uc1R5cGUiOiJBbnkiLCJBY3Rpb25UeXBlIjoiTW92ZV
RvIiwiQWN0aW9uVmFsdWUiOiJBcmNoaXZlcyIsIkFjdGlvblZhbHVlU2Vjb25kIjoiIiwiQWN0
aW9uVmFsdWVUaGlyZCI6IiIsIkFjdGlvblZhbHVlRm91cnRoIjoiIiwiS2VlcCI6dHJ1ZSwiU3
RvcCI6dHJ1ZSwiTWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/

if header :contains ["Subject"] "done"
{
    fileinto "Archives";
    stop;
}

/* END:FILTER */

