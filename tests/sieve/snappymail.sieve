require ["fileinto"];

# This is SnappyMail sieve script.
# RAINLOOP:SIEVE

/*
BEGIN:FILTER:a1
BEGIN:HEADER
eyJJRCI6ImExIiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IlNlbnQgYnkgb3RoZXJzIiwiQ29uZG
l0aW9ucyI6W3siRmllbGQiOiJGcm9tIiwiVHlwZSI6IkNvbnRhaW5zIiwiVmFsdWUiOiJ0ZWFt
QGV4YW1wbGUub3JnIiwiVmFsdWVTZWNvbmQiOiIifV0sIkNvbmRpdGlvbnNUeXBlIjoiQW55Ii
wiQWN0aW9uVHlwZSI6Ik1vdmVUbyIsIkFjdGlvblZhbHVlIjoiRW52b3nDqXMiLCJBY3Rpb25W
YWx1ZVNlY29uZCI6IiIsIkFjdGlvblZhbHVlVGhpcmQiOiIiLCJBY3Rpb25WYWx1ZUZvdXJ0aC
I6IiIsIktlZXAiOnRydWUsIlN0b3AiOnRydWUsIk1hcmtBc1JlYWQiOmZhbHNlfQ==
END:HEADER
*/

if header :contains ["From"] "team@example.org"
{
    fileinto "Envoyés";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:b2
BEGIN:HEADER
eyJJRCI6ImIyIiwiRW5hYmxlZCI6ZmFsc2UsIk5hbWUiOiJPbGQgYXJjaGl2ZSIsIkNvbmRpdG
lvbnMiOlt7IkZpZWxkIjoiU3ViamVjdCIsIlR5cGUiOiJDb250YWlucyIsIlZhbHVlIjoiMjAx
OSIsIlZhbHVlU2Vjb25kIjoiIn1dLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvblR5cG
UiOiJNb3ZlVG8iLCJBY3Rpb25WYWx1ZSI6IkFyY2hpdmVzLzIwMTkiLCJBY3Rpb25WYWx1ZVNl
Y29uZCI6IiIsIkFjdGlvblZhbHVlVGhpcmQiOiIiLCJBY3Rpb25WYWx1ZUZvdXJ0aCI6IiIsIk
tlZXAiOnRydWUsIlN0b3AiOnRydWUsIk1hcmtBc1JlYWQiOmZhbHNlfQ==
END:HEADER
*/
/* @Filter is disabled 
if header :contains ["Subject"] "2019"
{
    fileinto "Archives/2019";
    stop;
}
*/
/* END:FILTER */

/*
BEGIN:FILTER:c3
BEGIN:HEADER
eyJJRCI6ImMzIiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IlRvIHRoZSBvZmZpY2UiLCJDb25kaX
Rpb25zIjpbeyJGaWVsZCI6IlN1YmplY3QiLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6Im9m
ZmljZSIsIlZhbHVlU2Vjb25kIjoiIn1dLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvbl
R5cGUiOiJGb3J3YXJkIiwiQWN0aW9uVmFsdWUiOiJvZmZpY2VAZXhhbXBsZS5vcmciLCJBY3Rp
b25WYWx1ZVNlY29uZCI6IiIsIkFjdGlvblZhbHVlVGhpcmQiOiIiLCJBY3Rpb25WYWx1ZUZvdX
J0aCI6IiIsIktlZXAiOnRydWUsIlN0b3AiOnRydWUsIk1hcmtBc1JlYWQiOmZhbHNlfQ==
END:HEADER
*/

if header :contains ["Subject"] "office"
{
    fileinto "INBOX";
    redirect "office@example.org";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:d4
BEGIN:HEADER
eyJJRCI6ImQ0IiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IkFsbCB0aGUgcmVzdCIsIkNvbmRpdG
lvbnMiOltdLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvblR5cGUiOiJNb3ZlVG8iLCJB
Y3Rpb25WYWx1ZSI6IlEmQSIsIkFjdGlvblZhbHVlU2Vjb25kIjoiIiwiQWN0aW9uVmFsdWVUaG
lyZCI6IiIsIkFjdGlvblZhbHVlRm91cnRoIjoiIiwiS2VlcCI6dHJ1ZSwiU3RvcCI6dHJ1ZSwi
TWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/

fileinto "Q&A";
stop;

/* END:FILTER */
